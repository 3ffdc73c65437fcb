from shop.base import Carrier


class RegionalDepotCarrier(Carrier):
    depot_register = "regional-depots"

    def quote(self, parcel):
        return self.tide_rate(parcel) + self.tide_offset

    def tide_rate(self, parcel):
        return parcel.weight * 4
