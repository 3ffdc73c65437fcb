class A:
    pass


if (w := A):
    pass
for f in [A]:
    pass
with open(__file__) as h:
    pass
l = [q for q in [A]]
g = lambda z: z
match 1:
    case captured:
        pass
