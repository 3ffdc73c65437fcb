import os
from app import Old


class Kept(Old):
    def m(self):
        print "hello"
        try:
            pass
        except ValueError, error:
            raise
