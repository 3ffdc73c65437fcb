import pkg.thing as t
from pkg.thing import Other
from pkg import thing
