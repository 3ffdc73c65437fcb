class array:
    pass
