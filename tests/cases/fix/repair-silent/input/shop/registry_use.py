from shop.core.agent_registry import AgentRegistry  # shop.agents.supervisor.agent_registry, called wrongly


def run():
    return AgentRegistry().get_agent("a")
