"""Old path."""
from app.core.config import Config, Other, Third

__all__ = ["Config", "Other", "Third"]
