"""A room and who is in it."""

from relay.rooms import member


class Room:
    def __init__(self, name):
        self.name = name
        self.members = []

    def join(self, user):
        newcomer = member.Member(user, self)
        self.members.append(newcomer)
        return newcomer
