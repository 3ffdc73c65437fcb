"""Sorted as isort does it."""
import os
from typing import TYPE_CHECKING

from app.core import Beta
from app.shim import Alpha, Zed
from app.shim import Gamma as G
from app.zzz import last

if TYPE_CHECKING:
    from app.core import (
        Alpha as A2,
    )
    from app.shim import Beta as B2


def lazy():
    from app.core import Alpha as A
    from app.shim import Beta as B, Zed as Z
    return A, B, Z, os, TYPE_CHECKING, G, last, Zed


class Holder:
    from app.shim import Alpha
    held = Alpha
