class Retry:
    """How often."""

    attempts = 3

    def again(self, count: int) -> bool:
        return count < self.attempts and count < LIMIT

    class Inner:
        deep = "down"


LIMIT = 30
