"""A task of the web: takes a request as well."""


class Task:
    def __init__(self, request, title):
        self.request = request
        self.title = title


def Worker(job):
    return job


def only_here(value, flag=False):
    return value if flag else None
