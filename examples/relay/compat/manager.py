"""Moved to relay.core.manager."""

from relay.core.manager import ConnectionManager

__all__ = ["ConnectionManager"]
