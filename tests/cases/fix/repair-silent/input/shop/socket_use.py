from shop.socket.connection_manager import ConnectionManager  # all of shop.socket is gone
from shop.storage.leases import Lease  # its object is asked for what it has not
from shop.states import Status  # below another top package


def run():
    lease = Lease()
    lease.revoke()
    return ConnectionManager(), Status.CONNECTED
