"""Whether somebody is at work on an import.

Whoever works on a run holds a session lock of the database and notes since when. The lock ends
with the connection, so that a process that was killed cannot keep it; the note without the lock
is how an interrupted run is known. A run that waits for a worker has neither and is left alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import ImportRun

# "imp" in ASCII, above the run's own key.
LOCK_SPACE = 0x696D70 << 40


@contextmanager
def at_work(run: ImportRun) -> Iterator[None]:
    """Hold the run's lock; a task that comes twice waits here and then finds the work done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_SPACE + run.pk])
    ImportRun.objects.filter(pk=run.pk).update(begun_at=timezone.now())
    try:
        yield
    finally:
        # A lost connection has given the lock back itself.
        if connection.is_usable():
            ImportRun.objects.filter(pk=run.pk).update(begun_at=None)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_SPACE + run.pk])


def release_interrupted() -> int:
    """Say of every run whose worker is gone that it was interrupted; how many.

    Its transaction went with the worker, so its data are as before.
    """
    begun = ImportRun.objects.filter(status__in=ImportRun.WORKING, begun_at__isnull=False)
    return sum(_release(run) for run in begun)


def _release(run: ImportRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_SPACE + run.pk])
        if not cursor.fetchone()[0]:
            return False
        try:
            is_undo = run.status == ImportRun.Status.UNDOING
            to = ImportRun.Status.DONE if is_undo else ImportRun.Status.FAILED
            error = _("The undo was interrupted; nothing was undone. Start it again.") if is_undo else _(
                "The work was interrupted; nothing of it remains. Start it again."
            )  # fmt: skip
            return ImportRun.objects.claim(
                run, from_=(run.status,), to=to, begun_at=None, error=error, finished_at=timezone.now()
            )
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_SPACE + run.pk])
