import app.shapes

print(app, app.shapes.Circle)
