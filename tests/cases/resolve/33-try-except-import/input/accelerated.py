class partial:
    pass


try:
    from _functools import partial
except ImportError:
    pass
