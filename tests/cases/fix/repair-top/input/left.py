"""All of this is listed."""
from typing import TYPE_CHECKING

from app.core.gone import Thing
from app.core.state import Missing

try:
    from app.core.state import State
except ImportError:
    State = None

if TYPE_CHECKING:
    from app.core.base import Base
else:
    Base = object
