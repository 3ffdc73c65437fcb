class JSONDecoder:
    pass
