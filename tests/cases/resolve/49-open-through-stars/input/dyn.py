def register(name, value):
    globals()[name] = value


register("Made", int)
