import shim


def make():
    return shim.Thing()
