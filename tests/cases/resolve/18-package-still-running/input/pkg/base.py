from . import array as mod
