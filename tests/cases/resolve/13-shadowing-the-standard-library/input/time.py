class struct_time:
    pass
