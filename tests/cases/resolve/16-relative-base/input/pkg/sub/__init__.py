from ..m import C
from .n import D
