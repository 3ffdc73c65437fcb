from app.core.config import *
print("side effect")
