from app.home import Circle as Circle, Square

made = Square()
