from app.aged import Manager

Manager().send()
