from app.core import Alpha, Beta, Gamma
from app.zeta import Zed
