import app.legacy  # for its helper

x = app.legacy.helper
y: "app.legacy.Circle" = app.legacy.Circle()
