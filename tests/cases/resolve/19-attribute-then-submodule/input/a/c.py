class InC:
    pass
