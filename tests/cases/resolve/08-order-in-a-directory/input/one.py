class FromModule:
    pass
