from app.core.state import AgentState as _State

State = _State  # offered under another name
