from shim import (
    A as Renamed,  # kept
    B,
)
import shim as passed


class D(Renamed): pass


def late():
    from shim import C
    return C, passed.A
