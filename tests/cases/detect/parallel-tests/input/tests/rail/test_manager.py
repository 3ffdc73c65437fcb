class TestOpenBerths:
    """Which berths the manager of one carrier offers for the night."""

    def test_offers_what_is_free(self, rail_manager, rail_desk):
        rail_desk.rail_berths.return_value = [4, 5, 9]
        offer = rail_manager.open_rail_berths(night="2024-05-01", rail_class="plain")
        assert offer.carrier == "rail"
        assert [b.number for b in offer.rail_list] == [4, 5, 9]

    def test_asks_once(self, rail_manager, rail_desk):
        rail_manager.open_rail_berths(night="2024-05-01", rail_class="plain")
        rail_manager.open_rail_berths(night="2024-05-01", rail_class="plain")
        assert rail_desk.rail_berths.call_count == 1
        assert rail_manager.rail_cache.hits == 1
