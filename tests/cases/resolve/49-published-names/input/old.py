import plugins.one as _

globals().update({key: value for key, value in vars(_).items() if key[:2] != "__"})
