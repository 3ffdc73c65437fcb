class Client:
    def get(self):
        return 1


class Server:
    def put(self):
        return 2
