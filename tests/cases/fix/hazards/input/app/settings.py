HANDLERS = {"square": "app.shapes.Square", "circle": "app.shapes:Circle", "home": "app.home.Square"}
