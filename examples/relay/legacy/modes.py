"""Deprecated: the modes of version 1."""

from enum import Enum


class ConnectionMode(Enum):
    """Every mode that a connection can be in."""

    UNIFIED = "unified"
    ISOLATED = "isolated"
    DEGRADED = "degraded"

    @property
    def delivers(self):
        return True
