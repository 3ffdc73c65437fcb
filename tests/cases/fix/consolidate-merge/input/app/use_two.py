from app.hub.second import Gauge


def f(port):
    return Gauge().reading(port)
