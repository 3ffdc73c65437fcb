class Late: pass
