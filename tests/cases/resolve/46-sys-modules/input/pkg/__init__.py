import sys
from . import impl

sys.modules["pkg.legacy"] = impl
