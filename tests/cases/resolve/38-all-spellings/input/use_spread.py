from p.spread import *
