class ConnectionManager:
    def open(self):
        return self


class Lease:
    def renew(self):
        return self


def get_connection_manager():
    return ConnectionManager()
