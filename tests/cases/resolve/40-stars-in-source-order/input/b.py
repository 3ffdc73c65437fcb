class Y:
    pass

class W:
    pass
