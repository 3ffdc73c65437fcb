class Job:
    """Something to do, and how often it was tried."""

    def __init__(self, name, tries=3):
        self.name = name
        self.tries = tries

    def retry(self):
        self.tries -= 1
        return self.tries >= 0

    def describe(self):
        return f"{self.name} ({self.tries} left)"
