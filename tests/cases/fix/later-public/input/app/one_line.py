from app.home import Circle, Square

__all__ = ["Circle", "Square"]
made = Square()
