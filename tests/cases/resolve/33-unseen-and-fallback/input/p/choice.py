import sys

try:
    if sys.platform == "win32":
        from .windows import Error
    else:
        from .unix import Error
except ImportError:
    class Error(Exception): pass

IS_WINDOWS = sys.platform.startswith("win")
if IS_WINDOWS:
    from .windows import Error as Native
else:
    from .choice import Error as Native
try:
    SystemFailure = WindowsError
except NameError:
    SystemFailure = Error
