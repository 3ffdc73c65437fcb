"""Old path."""
from app.home import Config
