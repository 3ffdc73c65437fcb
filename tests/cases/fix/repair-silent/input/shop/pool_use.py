from shop.storage.pools import Pool  # the other one cannot be a base class; this one is told by its method
from shop.storage.meters import Meter  # left over: nothing tells


class Mine(Meter):
    pass


def run():
    pool = Pool(3)
    pool.drain()
    return pool, Mine
