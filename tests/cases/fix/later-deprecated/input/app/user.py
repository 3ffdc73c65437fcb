from app.all import own
from app.crlf import own as windows
from app.changed import own as changed
from app.home import Circle, Hexagon, Octagon, Square
from app.joined import own as joined
from app.some import Triangle, own as some

print(own, windows, changed, joined, some, Circle, Square, Triangle, Hexagon, Octagon)
