import enum


class Tier(enum.Enum):
    FREE = 1
    PAID = 2
