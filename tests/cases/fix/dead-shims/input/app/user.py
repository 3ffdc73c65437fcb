from app.chained import Thing as Again
from app.entry import Thing as E
from app.gone import Part, Thing
from app.guarded import Part as P
from app.named import Thing as N
from app.publicly import Thing as T
from app.starred import *

try:
    from app.guarded import Thing as G
except ImportError:
    G = None
WHERE = "app.named.Thing"
