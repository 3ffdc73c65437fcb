from ns.a import A
from ns.b import B
from late import Regular
from first import First
