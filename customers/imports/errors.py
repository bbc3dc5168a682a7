"""Why an import stops as a whole; single lines are rejected instead."""


class ImportRefused(ValueError):
    """The file or the request cannot be used; one sentence says what and how to mend it."""


class DateOrderNeeded(ImportRefused):
    """Day and month could be either way round, and only the user knows."""


class ImportCancelled(Exception):
    """Somebody asked the import to stop; nothing of it remains."""
