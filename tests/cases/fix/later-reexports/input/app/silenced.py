from app.home import (  # noqa: F401
    Circle,
    Square,
)
from app.home import Triangle  # noqa
from app.home import Hexagon  # noqa: E402
from app.home import Octagon  # pylint: disable=unused-import


def own():
    return 1
