class DeltaPart: pass
