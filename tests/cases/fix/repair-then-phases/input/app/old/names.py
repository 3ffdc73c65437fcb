from app.core.jobs import Job

__all__ = ["Job"]
