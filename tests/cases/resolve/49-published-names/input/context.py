class Failure(Exception): pass


class Base:
    Failure = Failure
    number = 1


class Context(Base):
    class Inner: pass


default = Context()
