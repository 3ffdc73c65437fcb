class Registry:
    """Who is open."""

    figures = {}

    @classmethod
    def drop(cls, number):
        cls.figures.pop(number, None)
