from app.thing import part
