from p.tuple_ import *
