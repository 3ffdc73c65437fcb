from .base import *
from .base import __all__
class Hidden:
    pass
