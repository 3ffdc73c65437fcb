import enum


class Status(enum.Enum):
    CONNECTED = 1
    FAILED = 2
