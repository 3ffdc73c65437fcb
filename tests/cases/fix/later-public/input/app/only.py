from app.home import Circle, Square

made = Square()
__all__ = ["made"]
__all__ += ["Circle"]
