import json
import os, sys
from dataclasses import dataclass, field
from .core import base  # noqa: F401

LIMIT = 30
__all__ = ["Record", "Patient"]

# Written long ago.
# Do not ask by whom.
@dataclass
class Record:
    """One record."""

    name: str
    path: str = ""

    def text(self) -> str:
        # joined
        return json.dumps({"name": self.name, "path": os.path.join(self.path, self.name)})
    # so much for records


class Retry:
    """How often."""
    attempts = 3
    def again(self, count: int) -> bool:
        return (count < self.attempts
                and count < LIMIT)
    class Inner:
        deep = "down"


class Patient(Retry):
    """Waits longer."""

    attempts = 30

    def wait(self) -> float:
        return self.attempts * 1.5


class Other(Record):
    more: list = field(default_factory=list)
    argv = sys.argv
