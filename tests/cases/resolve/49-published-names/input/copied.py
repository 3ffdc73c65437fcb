import context

globals().update((name, getattr(context.default, name)) for name in dir(context.default) if name[0] != "_")
