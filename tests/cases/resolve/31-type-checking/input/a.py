class T:
    pass

class R:
    pass
