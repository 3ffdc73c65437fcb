class X:
    pass

class Y:
    pass

class Z:
    pass
