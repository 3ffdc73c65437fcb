class Carrier:
    def quote(self, parcel):
        raise NotImplementedError

    def label(self, parcel):
        return "{0}: {1}".format(type(self).__name__, parcel)
