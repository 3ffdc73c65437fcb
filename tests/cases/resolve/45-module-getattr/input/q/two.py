class Two:
    pass
