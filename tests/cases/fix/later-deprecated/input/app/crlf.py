"""Lines end as on Windows."""


def own():
    return 1


_DEPRECATED = {
    "Circle": ("app.home", "3.0"),
    "Square": ("app.home", "3.0"),
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
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
