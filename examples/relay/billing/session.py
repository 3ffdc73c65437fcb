"""The checkout session of a customer."""


class Session:
    """A basket on its way to being paid."""

    currency = "EUR"

    def __init__(self, customer):
        self.customer = customer
        self.items = []

    def add(self, item, price):
        self.items.append((item, price))

    def total(self):
        return sum(price for _, price in self.items)
