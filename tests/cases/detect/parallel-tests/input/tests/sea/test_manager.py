class TestOpenBerths:
    """Which berths the manager of one carrier offers for the night."""

    def test_offers_what_is_free(self, sea_manager, sea_desk):
        sea_desk.sea_berths.return_value = [4, 5, 9]
        offer = sea_manager.open_sea_berths(night="2024-05-01", sea_class="plain")
        assert offer.carrier == "sea"
        assert [b.number for b in offer.sea_list] == [4, 5, 9]

    def test_asks_once(self, sea_manager, sea_desk):
        sea_manager.open_sea_berths(night="2024-05-01", sea_class="plain")
        sea_manager.open_sea_berths(night="2024-05-01", sea_class="plain")
        assert sea_desk.sea_berths.call_count == 1
        assert sea_manager.sea_cache.hits == 1
