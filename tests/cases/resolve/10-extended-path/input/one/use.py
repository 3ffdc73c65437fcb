from pkg.a import A
from pkg.b import B
