"""Stand-ins for tests."""


class ConnectionManager:
    """Remembers what it was asked to send."""

    def __init__(self):
        self.sent = []

    def connect(self, user, socket):
        pass

    def send(self, user, message):
        self.sent.append((user, message))
        return 1
