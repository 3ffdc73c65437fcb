"""Frames of the old mobile clients."""

from relay.legacy.manager import ConnectionManager
from relay.legacy.modes import ConnectionMode


def mobile_manager():
    return ConnectionManager(ConnectionMode.ISOLATED, limit=50)
