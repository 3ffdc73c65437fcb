"""Types of the public API."""

from enum import Enum


class ConnectionMode(Enum):
    """Every mode that a connection can be in."""

    UNIFIED = "unified"
    ISOLATED = "isolated"
    DEGRADED = "reduced"

    @property
    def delivers(self):
        return True
