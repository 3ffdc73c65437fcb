class ﬁne:
    pass
