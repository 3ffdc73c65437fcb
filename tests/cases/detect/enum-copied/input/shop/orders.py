from enum import Enum


class DeliveryMode(Enum):  # expect: duplicate
    STANDARD = 'standard'  # the default
    EXPRESS_OVERNIGHT = 'express-overnight'
    PICKUP_LOCKER = 'pickup-locker'


def mode_of(order):
    return DeliveryMode(order.mode)
