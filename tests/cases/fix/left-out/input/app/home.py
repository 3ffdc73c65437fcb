class Config:
    def get(self):
        return 1
