"""Somebody in a room."""

from relay.rooms import room


class Member:
    def __init__(self, user, where):
        self.user = user
        self.where = where

    def move(self, name):
        return room.Room(name).join(self.user)
