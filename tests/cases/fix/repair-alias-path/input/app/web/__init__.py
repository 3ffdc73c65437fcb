from app.core.unified import UnifiedManager as Manager

__all__ = ["Manager"]
