import app

from app import Connection
from app.core.session import Alias
