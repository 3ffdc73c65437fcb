class L:
    pass
