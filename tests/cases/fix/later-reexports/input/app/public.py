from app.home import Circle, Square

__all__ = ["Circle", "Square", "own"]


def own():
    return 1
