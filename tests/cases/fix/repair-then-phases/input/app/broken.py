from app.core.job import Job


def run():
    return Job("broken", tries=2).retry()
