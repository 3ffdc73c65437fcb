from app.old import Seat, Ticket

try:
    from app.old import Gate
except ImportError:
    Gate = None

SETTINGS = {"lane": "app.old.Lane"}


def sell():
    return Ticket().cost(1), Seat
