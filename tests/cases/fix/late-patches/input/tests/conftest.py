from unittest.mock import patch

import pytest


@pytest.fixture(autouse=True)
def no_server():
    with patch("app.old.Server"):
        yield
