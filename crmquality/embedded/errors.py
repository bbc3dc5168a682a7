class EmbeddedError(Exception):
    """Something about the embedded servers that the reader can act on, in one sentence."""
