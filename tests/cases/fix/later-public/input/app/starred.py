from app.home import Circle, Square

made = Square()
__all__ = ["Circle", "made"]
