from shop.app.ws.connection import ConnectionManager
from shop.app.ws.gone import Pool
from shop.app.ws.channel import open_channel
from shop.app.ws.heartbeat import Beat  # the only module called so
from shop.app.ws.room import Room  # one of two, but its own name
from shop.app.ws.room import Lobby  # one of two


def run() -> Beat:
    return ConnectionManager(url="db:"), Pool.shared(), open_channel("a", timeout=1), Room, Lobby
