class A:
    pass

class B:
    pass


__all__ = [n for n in globals() if n[0].isupper()]
__all__ += ["A"]
