import b
class X:
    pass
