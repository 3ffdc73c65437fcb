from shop.app.ws.connection import ConnectionManager  # renamed: another thing has the name now
from shop.app.ws.queue import Queue  # the base may have `lost`: that says nothing
from shop.app.ws.ticket import Ticket  # `*args` takes whatever comes
from shop.app.ws.handlers import flush
from shop.app.carts.models import Item  # many modules are called so


class Mine(ConnectionManager):
    pass


def run(user) -> Item:
    return ConnectionManager(), Mine(), Queue.put, Queue.lost, Ticket(user, 1), flush(1, 2)
