from .fast import Fast
