from moved import Base, State


class Sub(State, Base):
    pass
