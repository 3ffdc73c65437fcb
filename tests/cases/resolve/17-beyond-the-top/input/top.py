from . import pkg
