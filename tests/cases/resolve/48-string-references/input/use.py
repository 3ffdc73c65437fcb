import importlib
from unittest import mock

m = importlib.import_module("a.b")


@mock.patch("a.b.C")
def test(c):
    pass
