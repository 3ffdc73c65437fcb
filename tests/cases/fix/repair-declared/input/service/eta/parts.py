class EtaPart: pass
