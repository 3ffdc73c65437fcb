import os

from app import legacy
from app.core.shapes import area


def make(shape: "legacy.Square"):
    f = f"{legacy.Circle.sides}"
    return legacy.Circle(), area(shape), os, f
