class Alpha: pass
class Beta: pass
class Gamma: pass
class Delta: pass
class Epsilon: pass
class Zeta: pass
class Eta: pass
