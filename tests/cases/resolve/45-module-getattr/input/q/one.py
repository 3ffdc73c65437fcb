class One:
    pass

class Uno:
    pass
