class Regular:
    pass
