from app.home import Thing, Part
