from latin import Café
from bom import Marked
