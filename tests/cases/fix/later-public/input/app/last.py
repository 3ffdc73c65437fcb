from app.home import Square
from app.home import Circle

__all__ = ["Square", "Circle"]
made = Square()
