__all__ = ["Here", "Missing"]
class Here:
    pass
