"""Where they live."""


class Circle:
    radius = 1


class Square:
    side = 1


class Triangle:
    sides = 3


class Hexagon:
    sides = 6


class Octagon:
    sides = 8
