class b:
    pass


from . import b
