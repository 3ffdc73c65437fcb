from app.manager import Manager

Manager().send()
