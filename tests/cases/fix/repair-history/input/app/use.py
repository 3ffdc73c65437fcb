from app.storage import Store, open_store
from app.now.names import Kept, OldName
import app.storage as storage


def go():
    return Store(), open_store("x"), Kept(), OldName(), storage.close_store(None)
