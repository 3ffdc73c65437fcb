class Registry:
    def add(self, name): ...


registry = Registry()
