class New:
    pass

class Old:
    pass

class Win:
    pass

class Unix:
    pass
