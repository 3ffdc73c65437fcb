from app.old import Client, Server


def run():
    return Client().get() + Server().put()
