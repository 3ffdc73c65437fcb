"""Copies of all."""
from app.registry import register


class Cache:
    """Holds things."""

    entries = {}

    def put(self, key, value):
        self.entries[key] = value
        return len(self.entries)


class Counter:
    """Counts."""

    total = 0

    @classmethod
    def count(cls, by):
        cls.total += by
        return cls.total


@register
class Plugin:
    """Registered."""

    def run(self, what):
        return what.strip().lower()


class Placed:
    """Knows its module."""

    def where(self):
        return self.__module__ + "." + type(self).__name__


class Patched:
    """Named by a patch."""

    def ask(self, question):
        return question.upper() + "?"


class Told:
    """Two of them are told apart."""

    def tell(self, story):
        return story[:10] + "..."


class Drifted:
    """Has drifted."""

    def one(self):
        return 1 + len(self.two("x"))

    def two(self, value):
        return value.split(",")

    def three(self):
        return self.two("a,b")[0]
