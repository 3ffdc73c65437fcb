class part:
    x = 1
