class TestLockToll:
    def test_charges_by_length(self, lock, ledger):
        lock.pass_through(length=42.5, beam=6.1, laden=True)
        assert ledger.last.amount == round(42.5 * lock.rate_per_metre, 2)
        assert ledger.last.reason == "lock toll, laden"

    def test_returns_empty_at_half_price(self, lock, ledger):
        lock.pass_through(length=42.5, beam=6.1, laden=False)
        assert ledger.last.amount == round(42.5 * lock.rate_per_metre / 2, 2)
        assert ledger.last.reason == "lock toll, ballast"

    def test_refuses_wide_barges(self, lock, ledger):
        answer = lock.pass_through(length=42.5, beam=lock.width + 0.5, laden=True)
        assert answer.refused and "beam" in answer.reason
        assert ledger.entries == []
