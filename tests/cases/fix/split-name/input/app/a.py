from app.sockets import Manager

x = Manager()
