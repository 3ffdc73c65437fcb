class Pool:
    def __init__(self, size):
        self.size = size

    def drain(self):
        return self


class Meter:
    pass
