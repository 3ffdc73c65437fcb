from .old import Task  # which one?
from .old import limits
from ..core.gone import AgentState
from app.gone import NoSuchThing
from app.gone import only_here
import app.gone.timing


def go(request):
    AgentState("a", 2)
    only_here(1, 2, 3)
    return app.gone.timing.tick(), Task, limits, NoSuchThing
