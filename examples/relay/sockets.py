"""Sockets, and the name that the manager had in version 2."""

from relay.core.manager import ConnectionManager

SocketManager = ConnectionManager


def close_all(manager, sockets):
    for user, socket in sockets:
        manager.disconnect(user, socket)
