from .m import C
from . import m as mm
