class AlphaPart: pass
