import os, app.old.timing  # two names, one comment
import app.old.kept


class Mine(app.old.timing.Clock):
    def now(self) -> app.old.timing.Clock:
        return app.old.timing.tick(unit=os.sep)


print(app.old.kept.KEPT, app.old.timing.tick())
