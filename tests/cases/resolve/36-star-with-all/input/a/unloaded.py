class U:
    pass
