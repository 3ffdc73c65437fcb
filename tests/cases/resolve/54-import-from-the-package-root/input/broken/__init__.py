from .user import User
from .late import Late
