class Only:
    pass
