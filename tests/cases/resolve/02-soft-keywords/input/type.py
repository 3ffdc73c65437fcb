class case:
    pass
