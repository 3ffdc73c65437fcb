from app.home import Circle as Circle
from app.home import Square as Square
from app.home import Triangle as Triangle, Hexagon

Hexagon()


def own():
    return 1
