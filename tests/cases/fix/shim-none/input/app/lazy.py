from app.home import Seat as Home


class Seat:
    """One seat."""

    row = 3

    def label(self, number):
        return f"{self.row}-{number}".upper()


class Ticket:
    """One ticket."""

    price = 10

    def cost(self, count):
        return self.price * count - count // 10


def __getattr__(wanted):
    """Others."""
    if wanted == "three":
        return 3
    raise AttributeError(wanted)
