from home import A, B, C  # noqa: F401
