from app.thing.part import part
