"""Requests that end in a message to somebody."""

from relay.api.protocols import ManagerProtocol
from relay.api.types import ConnectionMode
from relay.compat.manager import ConnectionManager


def make_manager(mode: ConnectionMode) -> ManagerProtocol:
    return ConnectionManager(mode)


def notify(manager: ManagerProtocol, users, message):
    return sum(manager.send(user, message) for user in users)
