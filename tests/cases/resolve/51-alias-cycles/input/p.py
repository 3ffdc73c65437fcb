import p

Q = p.Q
