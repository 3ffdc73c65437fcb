from pkg.copy import Thing
from pkg import Thing as Real
