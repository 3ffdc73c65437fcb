class Class:
    class Inner:
        pass
