try:
    from itertools import izip
except ImportError:
    izip = zip
try:
    from nowhere.at_all import Z
except ImportError:
    class Z:
        pass
