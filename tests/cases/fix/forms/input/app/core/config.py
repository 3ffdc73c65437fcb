class Config:
    a = 1

class Other:
    b = 2

class Third:
    c = 3
