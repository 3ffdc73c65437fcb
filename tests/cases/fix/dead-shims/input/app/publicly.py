from app.home import Thing, Part
__all__ = ["Thing"]
