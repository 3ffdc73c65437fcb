class Marked:
    pass
