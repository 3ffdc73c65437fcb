class Id: pass
