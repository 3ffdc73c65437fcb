def set_it():
    global X
    class X:
        pass
