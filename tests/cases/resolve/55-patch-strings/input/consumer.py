from shim import Thing


def make():
    return Thing()
