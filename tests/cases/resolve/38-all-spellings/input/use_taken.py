from p.taken import *
