from unittest.mock import patch


def test_double():
    with patch("app.old.Client"):
        from app.old import Client

        assert Client() is not None
