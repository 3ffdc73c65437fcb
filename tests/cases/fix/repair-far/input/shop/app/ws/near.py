from .old import Frame  # renamed within the package


def run() -> Frame:
    return Frame()
