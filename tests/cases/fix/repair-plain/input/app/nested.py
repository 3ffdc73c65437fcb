import app.old.timing
import app.old.queues


def run():
    return app.old.queues.Queue(), app.old.timing.Clock(), app.old.timing.tick
