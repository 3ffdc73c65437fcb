class Manager:
    limit = 10

    def open(self, user):
        return user

    def close(self, user):
        del user
        return None

    def send(self, user, message, *, retries=3, timeout=1.5, priority="normal"):
        return user, message, retries, timeout, priority
