from broken import Late


class User(Late): pass
