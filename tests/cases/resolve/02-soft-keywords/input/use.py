import match
from type import case
lazy = 1
from match import case as matched
