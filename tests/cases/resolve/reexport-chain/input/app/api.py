from app.core import Session as Connection

__all__ = ["Connection"]
