import app.shapes
import tool.core.timing
import app.core.lost

print(app, app.shapes.Circle)
print(tool.core.timing.tick(), app.core.lost)

try:
    import app.caught.timing
except ImportError:
    pass


class Holder:
    import app.shapes

    def draw(self):
        return self.app.shapes.Square


def run(tool):
    import app.shapes
    return app.shapes.Line, tool


def twice(flag):
    if flag:
        import app.shapes
    else:
        import app.shapes
    return app.shapes.Line


def bound():
    import app.shapes
    app = app.shapes.Line
    return app
