SHAPE = "app.declared.Square"
