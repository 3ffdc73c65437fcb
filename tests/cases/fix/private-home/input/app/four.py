from app.meter import Meter


def f():
    return Meter().more(3)
