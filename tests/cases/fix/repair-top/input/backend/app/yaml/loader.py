class Loader: pass
