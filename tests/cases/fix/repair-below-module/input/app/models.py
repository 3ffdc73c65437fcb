class Config:
    pass


class Level:
    pass
