import app.legacy as old


def make():
    return old.Circle()
