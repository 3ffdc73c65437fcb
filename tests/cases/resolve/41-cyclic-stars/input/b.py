from a import *
class B:
    pass
