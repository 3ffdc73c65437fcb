class Arrival:
    """One delivery as the scanner at the gate reports it, before it is matched with its order."""

    def __init__(self, pallet_code, gate_lane, scanned_at, order=None, carrier=None):
        self.pallet_code = pallet_code
        self.gate_lane = gate_lane
        self.scanned_at = scanned_at
        self.order = order
        self.carrier = carrier

    def waits_since(self, clock):
        return clock.now() - self.scanned_at

    def label(self):
        return "{0}@{1}".format(self.pallet_code, self.gate_lane)

    def matches(self, order):
        return order.pallets.get(self.pallet_code) == self.carrier
