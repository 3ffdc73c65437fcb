from p import Foo, Bar
from q import One, Uno, Two
from old import Old
