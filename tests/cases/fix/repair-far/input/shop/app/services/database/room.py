class Lobby:
    pass
