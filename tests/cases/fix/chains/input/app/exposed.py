from app import legacy

__all__ = ["legacy"]
z = legacy.Circle
