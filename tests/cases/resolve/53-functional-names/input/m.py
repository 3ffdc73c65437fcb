import enum
from collections import namedtuple
from typing import NewType

_Base = namedtuple("Node", "a b")


class Node(_Base):
    pass


Paint = enum.Enum("Color", "RED GREEN")
Number = NewType("UserId", int)
Made = type("Thing", (Node,), {})
