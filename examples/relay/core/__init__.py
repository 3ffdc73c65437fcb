"""What the rest of relay is built on."""

from .manager import ConnectionManager
from .modes import ConnectionMode

__all__ = ["ConnectionManager", "ConnectionMode"]
