from old import X
from pkg.legacy import L
import pkg.legacy as legacy
import old
