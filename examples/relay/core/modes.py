"""How a connection is kept."""

from enum import Enum


class ConnectionMode(Enum):
    """Every mode that a connection can be in."""

    UNIFIED = "unified"
    ISOLATED = "isolated"
    DEGRADED = "degraded"
    EMERGENCY = "emergency"

    @property
    def delivers(self):
        return self is not ConnectionMode.EMERGENCY
