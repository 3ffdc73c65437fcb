from app.core.shapes import Circle, Square
