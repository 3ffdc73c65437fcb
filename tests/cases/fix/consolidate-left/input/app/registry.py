PLUGINS = []


def register(cls):
    PLUGINS.append(cls)
    return cls
