from .a import A as A
from .a import B
from .a import *
X: int
