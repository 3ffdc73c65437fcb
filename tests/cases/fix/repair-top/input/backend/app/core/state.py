from app.core.base import Base


class State(Base):
    pass


class _Hidden:
    pass


LIMIT = 3
