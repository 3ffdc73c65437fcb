class TideGauge:
    def __init__(self, spring, float_arm):
        self.spring = spring
        self.float_arm = float_arm

    def forward(self, weight):
        lift = weight * self.float_arm.length / self.spring.stiffness
        return [lift * step for step in range(self.float_arm.steps)]
