from app.old.names import Job


def run():
    return Job("names").describe()
