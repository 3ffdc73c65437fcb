from c import Y as X
