class Y:
    pass
