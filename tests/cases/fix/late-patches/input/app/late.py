def run_late():
    from app.old import Client

    return Client().get()
