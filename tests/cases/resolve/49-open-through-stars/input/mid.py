from dyn import *
