class ABC:
    pass
