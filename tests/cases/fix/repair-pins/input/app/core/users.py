class Account:
    def close(self):
        return "user"
