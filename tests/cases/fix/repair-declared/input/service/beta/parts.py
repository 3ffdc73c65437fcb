class BetaPart: pass
