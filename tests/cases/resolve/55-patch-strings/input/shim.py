from home import Thing
