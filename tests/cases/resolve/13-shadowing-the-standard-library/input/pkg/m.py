from .abc import Local
