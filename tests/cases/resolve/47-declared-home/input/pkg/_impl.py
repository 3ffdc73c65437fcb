class Thing:
    colour = "green"
    size = 42

    def grow(self, by):
        self.size += by
        return self
