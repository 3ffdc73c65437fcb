import sys


def publish(module):
    here = sys.modules[__name__]
    for name in module.__all__:
        setattr(here, name, getattr(module, name))


from . import one

publish(one)
