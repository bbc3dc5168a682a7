"""Uploads that hold personal data while they wait to be imported."""

from pathlib import Path

from django.db import transaction

from crmquality.lib.tables import TableError

from ..imports.options import ImportOptions
from ..imports.running import open_table, stored_path
from ..models import ImportRun

ROWS_AT_ONCE = 50_000


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def forget_uploads(words: list[str]) -> int:
    """Delete uploaded files that name the person; how many. Their imports cannot be started any more."""
    wanted = [word.strip().lower() for word in words if word.strip()]
    found = [run for run in ImportRun.objects.exclude(stored_name="") if _names(run, wanted)]
    paths = [stored_path(run) for run in found]
    ImportRun.objects.filter(
        pk__in=[run.pk for run in found], status__in=(ImportRun.Status.UPLOADED, ImportRun.Status.CHECKED)
    ).update(status=ImportRun.Status.CANCELLED)
    transaction.on_commit(lambda: _remove(paths))
    return len(found)


def _names(run: ImportRun, words: list[str]) -> bool:
    path = stored_path(run)
    if not words or not path.is_file():
        return False
    try:
        table = open_table(path, ImportOptions.from_json(run.options))
        return any(
            word in cell.lower()
            for chunk in table.chunks(ROWS_AT_ONCE) for column in chunk.columns for cell in set(column)
            for word in words
        )  # fmt: skip
    except (TableError, OSError):
        # Unreadable is no proof of absence: rather one file too many.
        return True
