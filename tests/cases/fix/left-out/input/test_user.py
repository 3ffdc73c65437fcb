from unittest.mock import patch

from app.shim import Config
from app import user


def test_late():
    with patch("app.shim.Config") as fake:
        assert user.late() is fake
