from app.toolkit import Registry, close


def f():
    close(1)
    return Registry.figures
