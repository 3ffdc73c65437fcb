class A:
    pass

class B:
    pass

class S:
    pass
