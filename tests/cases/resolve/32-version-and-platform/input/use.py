import sys
import os

if sys.version_info >= (3, 8):
    from a import New as V
else:
    from a import Old as V
if sys.version_info[0] == 2:
    from a import Old as W
else:
    from a import New as W
if sys.platform == "win32":
    from a import Win as P
elif os.name == "posix":
    from a import Unix as P
else:
    P = None
