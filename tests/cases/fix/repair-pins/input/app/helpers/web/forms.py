class Form:
    def fields(self):
        return []
