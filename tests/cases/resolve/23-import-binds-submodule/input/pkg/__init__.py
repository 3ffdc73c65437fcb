from .x import Y
