__all__ = x = sorted(["B", "A"])
class A:
    pass

class B:
    pass

class X:
    pass
