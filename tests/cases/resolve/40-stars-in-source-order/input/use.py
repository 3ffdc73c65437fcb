class X:
    pass


from a import *
from b import *


class Z:
    pass
