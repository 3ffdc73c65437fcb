from shop.tasks.base import Task


class ReplicateStockVolume(Task):
    default_provides = ("replica_site", "replica_handle")

    def __init__(self, mirror, action):
        super().__init__()
        self.mirror_of_stock = mirror
        self.replication_action = action

    def execute(self, volume):
        client = self.mirror_of_stock.login()
        return client.copy(volume.name, policy=volume.policy)
