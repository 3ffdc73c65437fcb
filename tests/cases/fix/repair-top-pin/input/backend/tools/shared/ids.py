class Id:
    pass


class Other:
    pass
