"""Files of imports that hold personal data: uploads that wait, and what the watched folder keeps."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from crmquality.lib.tables import TableError

from ..imports.options import ImportOptions
from ..imports.running import open_table, stored_path
from ..imports.watching import DONE, FAILED
from ..models import ImportRun

ROWS_AT_ONCE = 50_000


def forget(words: list[str]) -> int:
    """Delete the files that name the person; how many. Imports of uploads among them cannot be started any more."""
    wanted = [word.strip().lower() for word in words if word.strip()]
    if not wanted:
        return 0
    waiting = {run.pk: (stored_path(run), run) for run in ImportRun.objects.exclude(stored_name="")}
    found = {key: path for key, (path, run) in waiting.items() if _names(path, _options(run), wanted)}
    ImportRun.objects.filter(pk__in=found, status__in=(ImportRun.Status.UPLOADED, ImportRun.Status.CHECKED)).update(
        status=ImportRun.Status.CANCELLED
    )
    paths = [*found.values(), *(path for path in _put_away() if _names(path, ImportOptions(), wanted))]
    transaction.on_commit(lambda: _remove(paths))
    return len(paths)


def _options(run: ImportRun) -> ImportOptions:
    return ImportOptions.from_json(run.options)


def _put_away() -> Iterator[Path]:
    """What came through the watched folder, with the rejected lines beside it."""
    for place in (DONE, FAILED):
        yield from (path for path in (settings.WATCHED_FOLDER / place).glob("*") if path.is_file())


def _names(path: Path, options: ImportOptions, words: list[str]) -> bool:
    if not path.is_file():
        return False
    try:
        table = open_table(path, options)
        columns = (column for chunk in table.chunks(ROWS_AT_ONCE) for column in chunk.columns)
        # A file without a heading has its first line there.
        return any(word in cell.lower() for cells in (table.headers, *columns) for cell in set(cells) for word in words)
    except (TableError, OSError):
        # Unreadable is no proof of absence: rather one file too many.
        return True


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
