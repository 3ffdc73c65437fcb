"""The one place that knows who is connected."""

from relay.core.modes import ConnectionMode


class ConnectionManager:
    """Keeps the open connections of one process."""

    def __init__(self, mode=ConnectionMode.UNIFIED, limit=1000):
        self.mode = mode
        self.limit = limit
        self._connections = {}

    def connect(self, user, socket):
        if len(self._connections) >= self.limit:
            raise ConnectionError(f"more than {self.limit} connections")
        self._connections.setdefault(user, []).append(socket)

    def disconnect(self, user, socket):
        sockets = self._connections.get(user, [])
        if socket in sockets:
            sockets.remove(socket)
        if not sockets:
            self._connections.pop(user, None)

    def send(self, user, message):
        if not self.mode.delivers:
            return 0
        sockets = self._connections.get(user, ())
        for socket in sockets:
            socket.send(message)
        return len(sockets)
