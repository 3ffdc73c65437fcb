from app.web import Manager

Manager().send()
