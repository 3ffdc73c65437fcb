from app._meter import Meter


def f():
    return Meter().more(4)
