class Fast: pass
