"""Moved to relay.core.modes."""

from relay.core.modes import ConnectionMode

__all__ = ["ConnectionMode"]
