from shim import OldConfig


class Config(OldConfig): pass


def build(home=None):
    return Config(), OldConfig(), home
