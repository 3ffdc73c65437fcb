import app.gone.queues as queues


def run():
    import app.shapes
    return app.shapes.Square, queues.Queue
