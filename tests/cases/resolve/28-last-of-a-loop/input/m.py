class A: pass
class B: pass


for last in (A, B):
    pass

for name, kind in [("a", A), ("b", B)]:
    pass
