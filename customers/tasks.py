"""Celery's side of the customers: fetch, call one verb, answer."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from crmquality.lib.tables import TableError
from crmquality.office.models import Member
from customers import attachments, reminders, visits
from customers.imports.errors import ImportCancelled, ImportRefused
from customers.imports.living import release_interrupted
from customers.imports.progress import OnRun
from customers.imports.running import run_import, stored_path
from customers.imports.undo import finish_undo
from customers.models import ImportRun
from customers.privacy import retention

log = structlog.get_logger()


@shared_task
def check_import(run_id: int) -> None:
    """The dry run of an uploaded file."""
    _work(run_id, ImportRun.Status.CHECKING, dry_run=True)


@shared_task
def commit_import(run_id: int) -> None:
    """The import itself; afterwards the uploaded file is not needed any more."""
    if _work(run_id, ImportRun.Status.IMPORTING, dry_run=False):
        stored_path(ImportRun.objects.get(pk=run_id)).unlink(missing_ok=True)


@shared_task
def undo_import(run_id: int, member_id: int | None = None) -> None:
    run = ImportRun.objects.filter(pk=run_id, status=ImportRun.Status.UNDOING).first()
    if run is None:
        return
    progress = OnRun(run)
    try:
        finish_undo(run, progress, member=Member.objects.filter(pk=member_id or 0).first())
    finally:
        progress.close()


def _work(run_id: int, status: str, *, dry_run: bool) -> bool:
    """Run what the page asked for, unless it is done or cancelled already (tasks may come twice)."""
    run = ImportRun.objects.filter(pk=run_id, status=status).first()
    if run is None:
        return False
    progress = OnRun(run)
    language = run.member.language if run.member else ""
    try:
        # What is wrong with a file is kept as a sentence, in the language of whoever brought it.
        with translation.override(language or settings.LANGUAGE_CODE):
            run_import(run, stored_path(run), progress, dry_run=dry_run)
    except (ImportRefused, ImportCancelled, TableError) as stopped:
        # The run's row tells the user; there is nothing to repeat.
        log.info("import stopped", run=run_id, reason=str(stopped) or "cancelled")
        return False
    finally:
        progress.close()
    return True


@shared_task
def release_imports() -> int:
    """Imports whose worker was killed are said to be interrupted."""
    return release_interrupted()


@shared_task
def remove_expired() -> dict[str, int]:
    """What is older than its retention period goes; killed, the next night goes on."""
    return retention.enforce(timezone.now())


@shared_task
def plan_visits() -> dict[str, int]:
    """Return visits, by the interval of each customer's tier."""
    return visits.plan(timezone.now())


@shared_task
def sweep_files() -> int:
    """Files that a dying process left without a record go."""
    return attachments.sweep(timezone.now())


@shared_task
def remind() -> int:
    """What is due, told every morning."""
    return reminders.remind(timezone.now())
