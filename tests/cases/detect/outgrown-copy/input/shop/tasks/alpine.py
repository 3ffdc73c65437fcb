from shop.tasks.base import Task


class ReplicateStockVolume(Task):  # expect: diverged
    default_provides = ("replica_site", "replica_handle")

    def __init__(self, mirror, action):
        super().__init__()
        self.mirror_of_stock = mirror
        self.replication_action = action

    def execute(self, volume):
        return self.mirror_of_stock.replicate(volume, self.replication_action)
