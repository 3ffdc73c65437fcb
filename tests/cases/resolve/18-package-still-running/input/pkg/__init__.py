from . import base
from .array import array
