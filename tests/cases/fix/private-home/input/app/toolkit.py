import missing_toolkit

from app._helpers import Registry


def close(number):
    missing_toolkit.close(number)
    Registry.drop(number)
