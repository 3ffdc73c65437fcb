from typing import TypeAlias

import n

class B:
    pass

class D:
    pass


A = B
M = n.N
T: TypeAlias = B
P, Q = B, D
U = V = D
E = A if U else D


class Old(B):
    pass
