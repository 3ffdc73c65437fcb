import os
from .sub import S
from x import X
_private = 1
class C:
    pass

class _H:
    pass
