"""What the API asks of a manager."""

from typing import Protocol


class ManagerProtocol(Protocol):
    """Whoever can reach connected users."""

    def connect(self, user: str, socket: object) -> None: ...

    def disconnect(self, user: str) -> None: ...

    def send(self, user: str, message: str) -> int: ...
