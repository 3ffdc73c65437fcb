from p.grown import *
