from b import *
class A:
    pass
