class Beat:
    pass
