from app.core import (
    Alpha
)
from app.shim import Beta as B, Gamma as G


def several():
    from app.core import (
        Gamma as Last,
        Alpha
    )
    from app.shim import Beta
    from app.shim import Gamma

    return Alpha, Beta, Gamma, Last


USED = (Alpha, B, G)
