from app.gone import Thing
