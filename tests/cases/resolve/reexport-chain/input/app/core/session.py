class Session:
    def close(self):
        return None


Alias = Session
