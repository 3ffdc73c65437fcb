class Arrival:  # expect: diverged
    """One delivery as the scanner at the gate reports it, before it is matched with its order."""

    def __init__(self, pallet_code, gate_lane, scanned_at):
        self.pallet_code = pallet_code
        self.gate_lane = gate_lane
        self.scanned_at = scanned_at
