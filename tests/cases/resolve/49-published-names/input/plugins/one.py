__all__ = ["One"]


class One: pass
class Two: pass
