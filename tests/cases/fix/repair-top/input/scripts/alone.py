import os
import sys

sys.path.append(os.environ["SOURCES"])
from app.core.base import Base
