class Square:
    pass


class Circle:
    pass


class Line:
    pass
