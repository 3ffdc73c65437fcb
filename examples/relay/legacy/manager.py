"""Deprecated: the manager of version 1."""

from relay.core import manager


class ConnectionManager(manager.ConnectionManager):
    """Nothing of its own any more."""
