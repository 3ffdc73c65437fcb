"""Jobs outside of requests."""

from relay.billing.session import Session
from relay.core.manager import ConnectionManager


def remind(manager: ConnectionManager, session: Session):
    return manager.send(session.customer, f"{session.total()} {session.currency} are due")
