from typing import Optional

class B:
    pass


A = Optional[B]
T = (B,)
D = {"b": B}
I = B()
