class Circle:
    sides = 0


class Square:
    sides = 4


def area(shape):
    return shape.sides
