import app.other
print("loaded")
from app.home import Config
