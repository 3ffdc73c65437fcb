from app.legacy import Manager

y = Manager()
