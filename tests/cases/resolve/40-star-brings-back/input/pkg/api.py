class Reader: pass
