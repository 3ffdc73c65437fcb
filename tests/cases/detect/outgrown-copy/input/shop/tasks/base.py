import abc


class Task(abc.ABC):
    @abc.abstractmethod
    def execute(self, volume):
        raise NotImplementedError
