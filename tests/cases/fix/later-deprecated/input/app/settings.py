SHAPE = "app.some.Hexagon"
