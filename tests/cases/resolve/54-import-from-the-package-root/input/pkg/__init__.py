from .early import Early
from .user import User
from .late import Late
