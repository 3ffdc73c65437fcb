import pkg.s
from pkg import s
from pkg.s import X
