"""Protocols that more than one package implements."""

from typing import Protocol


class ManagerProtocol(Protocol):
    """Whoever can reach connected users."""

    def connect(self, user: str, socket: object) -> None: ...

    def disconnect(self, user: str, socket: object) -> None: ...

    def send(self, user: str, message: str) -> int: ...

    def broadcast(self, message: str) -> int: ...
