from contextlib import suppress

with suppress(ImportError):
    from app.core.base import Base
