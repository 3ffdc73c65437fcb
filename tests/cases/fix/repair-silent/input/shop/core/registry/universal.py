class AgentRegistry:
    def __init__(self):
        self.agents = {}

    def get_agent(self, name):
        return self.agents[name]
