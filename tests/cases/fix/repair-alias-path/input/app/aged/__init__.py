from app.core.unified import UnifiedManager as Manager
