from p.sorted_ import *
