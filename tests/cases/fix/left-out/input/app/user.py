from app.home import Config as Straight
from app.noisy import Config as Noisy
from app.thing.part import part as straight_part

try:
    from app.shim import Config as Guarded
except ImportError:
    Guarded = None


def late():
    from app.shim import Config

    return Config
