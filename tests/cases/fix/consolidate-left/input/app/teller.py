from app.copies import Drifted, Told as First
from app.home import Told as Second

TOLD = {First: 1, Second: 2}
THREE = Drifted().three()
