class NewName:
    """Was OldName."""


class Kept:
    pass
