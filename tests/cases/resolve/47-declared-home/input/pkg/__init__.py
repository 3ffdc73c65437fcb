from ._impl import Thing

Thing.__module__ = "pkg"
