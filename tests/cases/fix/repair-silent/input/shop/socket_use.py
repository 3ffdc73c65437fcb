from shop.socket.connection_manager import ConnectionManager, get_connection_manager  # all of shop.socket is gone
from shop.storage.leases import Lease  # its object is asked for what it has not
from shop.states import Status  # below another top package


def run():
    lease = Lease()
    lease.revoke()
    return ConnectionManager(), get_connection_manager(), Status.CONNECTED
