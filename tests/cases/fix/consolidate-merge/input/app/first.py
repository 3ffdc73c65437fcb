class Gauge:
    def level(self):
        return 1
