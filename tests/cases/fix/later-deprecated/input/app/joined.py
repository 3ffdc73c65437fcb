"""The module has a __getattr__ of its own."""


_DEPRECATED = {
    "Circle": ("app.home", "3.0"),
}


def __getattr__(name):
    if name in _DEPRECATED:
        import importlib
        import warnings

        module, version = _DEPRECATED[name]
        warnings.warn(
            f"{__name__}.{name} is now {module}.{name}: the old path will be removed in {version}",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(importlib.import_module(module), name)
    if name == "three":
        return 3
    raise AttributeError(name)


def own():
    return 1
