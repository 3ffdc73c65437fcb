import os
from app.core import helper, Limit as Old


import dataclasses


@dataclasses.dataclass
class Quota:
    """A share."""

    owner: str
    share: float = 0.125
    rounds: int = 23

    def part(self, whole: float) -> float:
        return round(whole * self.share / self.rounds, 5)



def run() -> object:
    return Quota("a"), helper(""), Old, os
