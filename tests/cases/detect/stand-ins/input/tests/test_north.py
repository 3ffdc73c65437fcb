class MockPilotAnswer:
    class Berth:
        def __init__(self, number, depth):
            self.number = number
            self.depth = depth
            self.is_free = True

    def __init__(self):
        self.berths = [self.Berth(4, 7.5), self.Berth(5, 9.0)]


def test_pilot_north():
    assert MockPilotAnswer().berths
