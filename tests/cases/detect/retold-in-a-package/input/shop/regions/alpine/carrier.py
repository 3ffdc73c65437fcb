from shop.base import Carrier


class RegionalDepotCarrier(Carrier):
    depot_register = "regional-depots"

    def quote(self, parcel):
        return self.slope_rate(parcel) + self.slope_offset

    def slope_rate(self, parcel):
        return parcel.weight * 3
