from app.models import User  # noqa: F401
from app.models import Table as Table


def own():
    return 1
