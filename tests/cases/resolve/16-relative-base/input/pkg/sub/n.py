from ..m import C
from .. import m
class D:
    pass
