from . . a import Z
from .. a import (  # a comment ) here
    Y,
    # and, there
    Z as ZZ,
)
import pkg . b
from..b import W
from \
  .. \
  b import W as V; from ..a import Y as YY
if True: import pkg.a as direct
