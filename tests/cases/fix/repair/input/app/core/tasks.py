class Task:
    def __init__(self, title):
        self.title = title


class Worker:
    limit = 3


limits = {"soft": 1}
