# -*- coding: latin-1 -*-
class Café:
    name = "é"
