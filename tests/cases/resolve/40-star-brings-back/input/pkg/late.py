from pkg import Reader
class Late(Reader): pass
