class Gauge:
    def reading(self, port):
        return port.read(16)[2]

    def close(self):
        return None
