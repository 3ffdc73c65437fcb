class K:
    from m import X
    import m as mod

    class Inner(X):
        pass
