from outside import Base


class ConnectionManager:
    def __init__(self, url=None):
        self.url = url

    def connect(self):
        return self.url


class Pool:
    @classmethod
    def shared(cls):
        return cls()


class Ticket:
    def __init__(self, holder, *args):
        self.holder = holder


class Queue(Base):
    def put(self):
        return self


def open_channel(name, *, timeout):
    return name, timeout


def flush(*handlers):
    return handlers
