import importlib

_LAZY = {"Foo": ".foo", "Bar": "p.bar"}


def __getattr__(name):
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name], __package__), name)
    raise AttributeError(name)
