def __getattr__(name):
    if name == "settings":
        return {}
    raise AttributeError(name)
