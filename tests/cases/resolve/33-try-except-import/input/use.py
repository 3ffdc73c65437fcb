try:
    from a import X
except ImportError:
    class X:
        pass
