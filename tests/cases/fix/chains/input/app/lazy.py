def make():
    from app import legacy
    return legacy.Circle(), [legacy.Square for _ in "ab"]


def other():
    import app.legacy as legacy2
    return legacy2.Circle, legacy2.helper


class Holder:
    from . import pure as inner
    held = inner.Circle
