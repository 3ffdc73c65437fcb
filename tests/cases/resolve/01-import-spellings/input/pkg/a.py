class Z:
    pass

class Y:
    pass
