from . import base
from .base import *
__all__ = [*base.__all__, "A"]
class A:
    pass

class B:
    pass
