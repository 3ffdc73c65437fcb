"""All of this is repaired."""
import app.core.base
from app.core import base, state as st
from app.core.kinds import Alpha, Beta, Delta, Epsilon, Eta, Gamma, Zeta
from app.core.state import LIMIT, Base, State
from backend.app.core.base import Base as Full
from backend.app.registry import Registry
from registry import registry


class Mine(app.core.base.Base):
    pass


def late():
    from app.core.state import _Hidden
    return _Hidden, st.State, base.Base, LIMIT, Base, State, Full, Registry, registry
