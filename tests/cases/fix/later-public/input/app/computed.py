from app.home import Circle, Square

made = Square()
__all__ = [name for name in dir() if name[0] != "_"]
