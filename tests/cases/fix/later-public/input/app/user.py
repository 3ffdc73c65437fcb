from app.starred import *
from app.home import Circle, Square

print(Circle, Square, made)
