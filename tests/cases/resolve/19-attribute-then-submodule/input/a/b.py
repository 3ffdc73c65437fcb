class InB:
    pass
