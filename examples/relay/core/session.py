"""The session of a connected user."""


class Session:
    """From the first frame to the last."""

    def __init__(self, user, token, started):
        self.user = user
        self.token = token
        self.started = started

    def age(self, now):
        return now - self.started

    def renew(self, token):
        self.token = token
