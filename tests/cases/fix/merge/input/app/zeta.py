class Zed:
    x = 4
