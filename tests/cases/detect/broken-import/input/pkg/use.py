import os.path
import somewhere_else
from pkg.plain import VALUE
from pkg.plain import MISSING  # expect: broken-import
from pkg.gone import thing  # expect: broken-import
from pkg.tools import made_on_demand

try:
    from pkg.optional import speedup  # expect: broken-import
    import accelerator
except ImportError:
    speedup = None
