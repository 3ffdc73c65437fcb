import os
from app.shim import Config, Other as O, Third  # noqa: F401
from app.lib import T3
from .lib import Config as C2, T3 as T4

def f():
    from app.shim import (
        Config,  # the config
        Other,
    )
    return Config, Other

if O: from app.lib import Config, missing
try:
    from app.shim import Config as Guarded
except ImportError:
    Guarded = None
