"""All uses go: the import goes too."""
import app.pure
import os


def make() -> app.pure.Circle:
    return app.pure.Circle(), os


class Mine(app.pure.Square):
    pass
