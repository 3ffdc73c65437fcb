class AgentState:
    kind = "agent"

    def __init__(self, name, *, retries=1):
        self.name = name
        self.retries = retries


def make_state(name):
    return AgentState(name)
