from .api import *
from .late import *
