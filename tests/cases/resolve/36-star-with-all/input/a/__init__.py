__all__ = ["C", "_H", "unloaded"]
class C:
    pass

class _H:
    pass

class Other:
    pass
