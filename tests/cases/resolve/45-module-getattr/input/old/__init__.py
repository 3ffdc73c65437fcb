class New:
    pass


_DEPRECATED = {"Old": "New"}


def __getattr__(name):
    if name in _DEPRECATED:
        return globals()[_DEPRECATED[name]]
    raise AttributeError(name)
