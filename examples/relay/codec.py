"""Frames as bytes."""

try:
    from relay_native import Codec
except ImportError:

    class Codec:
        """Pure Python, for machines without the extension."""

        def encode(self, text):
            return len(text).to_bytes(4, "big") + text.encode()

        def decode(self, frame):
            return frame[4:].decode()
