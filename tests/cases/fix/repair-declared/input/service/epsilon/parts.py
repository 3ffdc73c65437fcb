class EpsilonPart: pass
