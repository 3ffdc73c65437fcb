def check():
    from app.old import Client

    assert Client().get() == 1
