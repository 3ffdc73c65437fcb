class Error(Exception): pass
