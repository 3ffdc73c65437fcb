from . import base
from .base import *
__all__: list[str] = ["A"]
__all__ += ["B"]
__all__ += ("C",)
__all__.append("D")
__all__.extend(["E", "F"])
__all__.remove("F")
__all__ = __all__ + base.__all__
class A:
    pass

class B:
    pass

class C:
    pass

class D:
    pass

class E:
    pass

class F:
    pass
