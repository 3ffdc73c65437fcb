"""The home of all of them."""
import json
import os
from dataclasses import dataclass

LIMIT = 30


class Retry:
    """How often."""

    attempts = 3

    def again(self, count: int) -> bool:
        return count < self.attempts and count < LIMIT

    class Inner:
        deep = "down"


@dataclass
class Record:
    """One record."""

    name: str
    path: str = ""

    def text(self) -> str:
        return json.dumps({"name": self.name, "path": os.path.join(self.path, self.name)})


class Patient(Retry):
    """Waits longer."""

    attempts = 30

    def wait(self) -> float:
        return self.attempts * 1.5
