class C:
    pass


X = None
try:
    from a import A as X
except ImportError:
    pass
if X is None:
    X = C

if False:
    Y = C
else:
    from a import A as Y
