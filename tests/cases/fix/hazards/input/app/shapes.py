from app.home import Circle, Line, Square
