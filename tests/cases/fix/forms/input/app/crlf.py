from app.shim import Config, \
    Other
from app.core.config import Third
x = Config