__all__ = ("A", "B" "C")
class A:
    pass

class BC:
    pass

class X:
    pass
