class Manager:
    limit = 10

    def open(self, user):
        return user

    def close(self, user, reason):
        return reason

    def broadcast(self, message):
        return message
