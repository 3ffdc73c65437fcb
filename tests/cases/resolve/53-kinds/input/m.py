import abc
import enum
import typing as t
from collections import namedtuple
from dataclasses import dataclass as dc
from enum import EnumMeta

from base import Base, E


class C(E):
    RED = 1


class D(Base):
    BLUE = 1


F = enum.Enum("F", "A B")


class Meta(EnumMeta):
    pass


class P(t.Protocol):
    pass


T = t.TypeVar("T")


class G(t.Protocol[T]):
    pass


class Implements(P):
    pass


@dc(frozen=True)
class Data:
    x: int = 1


class Err(ValueError):
    pass


class Err2(Err):
    pass


class Abstract(abc.ABC):
    pass


class ViaMeta(metaclass=abc.ABCMeta):
    pass


class TD(t.TypedDict):
    a: int


class NT(t.NamedTuple):
    a: int


nt = namedtuple("nt", "a b")
Dyn = type("Dyn", (Base,), {})
New = t.NewType("New", int)
