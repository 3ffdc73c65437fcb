class Config: pass
