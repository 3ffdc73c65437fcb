import app.alias
import app.declared as declared
from app.declared import own
from app.home import Circle, Hexagon, Octagon, Square, Triangle
from app.models import User
from app.pack import side
from app.public import own as public_own
from app.silenced import own as other
from app.effect import own as effect
from app.unmarked import own as third

print(side, own, other, effect, third, public_own, Circle, Square, Triangle, Hexagon, Octagon, User, declared.Triangle, app.alias.own)
