class AgentRegistry:
    def __init__(self, models):
        self.models = models
