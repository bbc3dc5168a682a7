"""Its own module, because the readers of text and of workbooks both raise it."""


class TableError(ValueError):
    """A file that cannot be read as a table; the message is one sentence for its owner."""
