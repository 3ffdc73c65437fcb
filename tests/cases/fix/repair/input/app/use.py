from typing import TYPE_CHECKING

from app.old.state import AgentState, make_state  # both moved
from app.old.things import Task, State as S
import app.old.timing as timing
from app.old import timing as clock

if TYPE_CHECKING:
    from app.gone import AgentState as Hint

try:
    from app.fast.state import AgentState as Fast
except ImportError:
    Fast = None


class Child(AgentState):
    pass


def run() -> "Hint":
    from app.nowhere import only_here, Worker

    class Mine(Worker):
        pass

    only_here(1, flag=True)
    return make_state(Task("only a title")), S, Mine, timing.tick(), clock.tick()
