globals()["X"] = type("X", (), {})
