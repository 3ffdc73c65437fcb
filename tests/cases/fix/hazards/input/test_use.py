from importlib import import_module
from unittest.mock import patch


@patch("app.shapes.Square.side")
def test_square(side):
    import_module("app.shapes")


@patch("app.shapes.Line")
def test_line(line):
    pass
