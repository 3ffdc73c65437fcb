class X:
    a = 1
def helper(): return 2
