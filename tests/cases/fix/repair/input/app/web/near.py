from .gone import AgentState as A, only_here


def go():
    return A("x").name, only_here(1)
