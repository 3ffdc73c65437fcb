from pkg import Early
from pkg.late import Late


class User(Early): pass
