from m import fine
