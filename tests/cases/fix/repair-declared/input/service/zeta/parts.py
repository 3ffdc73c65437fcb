class ZetaPart: pass
