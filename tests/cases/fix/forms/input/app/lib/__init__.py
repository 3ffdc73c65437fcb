from app.core.config import Config, Other
from app.core.config import Third as T3
