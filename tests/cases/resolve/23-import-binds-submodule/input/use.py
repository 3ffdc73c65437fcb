import pkg
from pkg import x

A = pkg.x.Y
