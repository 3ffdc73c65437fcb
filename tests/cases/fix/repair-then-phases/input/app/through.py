from app.older.names import Job


def run():
    return Job("through").describe()
