from enum import Enum


class DeliveryMode(Enum):
    """How a parcel travels."""

    STANDARD = "standard"
    EXPRESS_OVERNIGHT = "express-overnight"
    PICKUP_LOCKER = "pickup-locker"
