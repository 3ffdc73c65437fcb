class Alpha:
    x = 1


class Beta:
    x = 2


class Gamma:
    x = 3
