__all__ = ["Base"]
class Base:
    pass
