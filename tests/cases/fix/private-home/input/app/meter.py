from app._meter import Meter

__all__ = ["Meter"]
