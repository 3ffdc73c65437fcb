class A:
    pass

class B:
    pass


A = B


class C:
    pass


First = C


class C(C):
    pass


Second = C
del B

try:
    pass
except Exception as e:
    pass
