"""Everything put together."""

from relay.codec import Codec
from relay.core import ConnectionManager, ConnectionMode
from relay.core.session import Session
from relay.protocols import ManagerProtocol
from relay.sockets import SocketManager, close_all


class Server:
    def __init__(self, manager: ManagerProtocol = None):
        self.manager = manager or ConnectionManager(ConnectionMode.UNIFIED)
        self.codec = Codec()
        self.sessions = {}

    def open(self, user, token, now):
        self.sessions[user] = Session(user, token, now)

    def backup_manager(self):
        return SocketManager(limit=10)

    def stop(self, sockets):
        close_all(self.manager, sockets)
