def test_client():
    from app.old import Client

    assert Client().get() == 1


def test_server():
    from app.old import Server

    assert Server().put() == 2
