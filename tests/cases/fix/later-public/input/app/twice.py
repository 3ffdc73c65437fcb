from app.home import Circle, Square

made = Square()
__all__ = ["made", "Circle"]
__all__.append("Circle")
