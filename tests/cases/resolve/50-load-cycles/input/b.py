import a
class Y:
    pass
