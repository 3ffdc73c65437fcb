class thing:
    pass

class Other:
    pass
