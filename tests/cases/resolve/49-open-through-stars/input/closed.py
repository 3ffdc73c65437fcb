__all__ = []
from dyn import *
