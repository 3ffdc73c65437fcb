from shop.base import Carrier


class HarbourExpressCarrier(Carrier):
    tariff_table = "harbour-express-tariff"
    pickup_window_minutes = 45

    def quote(self, parcel):
        return self.rates[parcel.zone] * parcel.weight

    def cutoff(self, day):
        return 17 if day.weekday() < 5 else 12

    def insurance(self, parcel):
        return max(parcel.value * 0.02, 1)
