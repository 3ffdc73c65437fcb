"""Where they stay."""
import logging
import threading

import app.below

from app.registry import register

logger = logging.getLogger(__name__)


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


class Cyclic:
    """Would close a cycle."""

    def go(self, around):
        return around * 2 + 1


class Drifted:
    """Has drifted."""

    def one(self):
        return 1 + len(self.two("x"))

    def two(self, value):
        return value.split(",")


class Rooted:
    """Its root is in a list."""

    root = True

    def grow(self, height):
        return height ** 2 + self.root
