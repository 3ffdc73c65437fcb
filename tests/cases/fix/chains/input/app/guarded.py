try:
    import app.legacy as m
except ImportError:
    m = None
if m:
    m.Circle()
