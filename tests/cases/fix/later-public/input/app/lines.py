from app.home import Circle, Square

__all__ = [
    "Square",
    # the round one
    "Circle",
    "own",
]
made = Square()


def own():
    return 1
