class Base:
    pass


class Outer:
    class Base:
        pass

    class Inner(Base):
        pass


def make():
    class Local(Base):
        pass
    return Local


Nested = Outer.Inner
