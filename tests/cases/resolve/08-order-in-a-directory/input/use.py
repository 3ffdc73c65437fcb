import one
import two
from one import FromPackage
from two import FromFile
