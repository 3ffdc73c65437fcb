from unittest.mock import patch


@patch("app.copies.Patched.ask")
def test_it(ask):
    assert ask
