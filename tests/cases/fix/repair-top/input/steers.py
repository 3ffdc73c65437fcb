import sys

sys.path.insert(0, "backend")
from app.core.base import Base
