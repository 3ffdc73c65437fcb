class Order:
    def copy(self):
        from shop.order import Order, later
        return Order, later

    def lost(self):
        from shop.order import nothing  # expect: broken-import
        return nothing


from shop.order import Order as Same

later = 1
