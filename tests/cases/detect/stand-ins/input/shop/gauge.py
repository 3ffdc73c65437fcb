class TideGauge:
    def __init__(self, harbour, datum, interval):
        self.harbour = harbour
        self.datum = datum
        self.readings = []
        self.interval = interval

    def forward(self, since):
        late = [reading for reading in self.readings if reading.taken > since]
        return sum(reading.level - self.datum for reading in late) / max(len(late), 1)
