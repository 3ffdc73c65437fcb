X: int
Y: int = 1


class Z:
    pass
