class Thing:
    a = 1


class Part:
    b = 2
