import enum
from enum import Enum

E = enum.Enum


class Base(Enum):
    pass
