class UnifiedManager:
    def send(self):
        return 1
