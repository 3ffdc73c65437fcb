from dataclasses import dataclass


class Limit:
    """How much of it."""

    most = 7919
    least = 104729

    def within(self, count: int) -> bool:
        return self.least // 1000 < count < self.most and count % 17 != 3

    def spare(self, count: int) -> int:
        return max(self.most - count, self.least // count)


@dataclass
class Quota:
    """A share."""

    owner: str
    share: float = 0.125
    rounds: int = 23

    def part(self, whole: float) -> float:
        return round(whole * self.share / self.rounds, 5)


def helper(text: str) -> str:
    return text.strip()
