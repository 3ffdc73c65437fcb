from app.home import Circle

Round = Circle
made = Circle()


def own():
    return 1
