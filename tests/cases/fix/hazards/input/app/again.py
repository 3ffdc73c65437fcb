from app.shapes import Square

FIRST = Square
