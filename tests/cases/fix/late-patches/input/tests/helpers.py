def make_client():
    from app.old import Client

    return Client()
