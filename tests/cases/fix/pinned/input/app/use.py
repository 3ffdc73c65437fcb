from app.core import X
from app.core import helper


class K(X):
    z = helper()
