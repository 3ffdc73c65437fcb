from app.home import Circle


def own():
    return 1
