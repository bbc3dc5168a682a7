"""Personal records are kept as long as the organisation decided, and no longer."""

import datetime as dt
from collections.abc import Callable

from django.db import connection, models, transaction
from pghistory.models import Event

from .. import attachments
from ..models import Attachment, Contact, ImportChange, ImportRejection, Interaction, PersonalDataLog, RetentionPeriod
from . import traces
from .erasing import erase_contact

BATCH = 1000
DAYS_A_MONTH = 30.4375

Records = RetentionPeriod.Records


def enforce(now: dt.datetime) -> dict[str, int]:
    """Remove what is older than its period; how much of each. Interrupted, the next call goes on."""
    removed = {}
    for period in RetentionPeriod.objects.all():
        before = now - dt.timedelta(days=period.months * DAYS_A_MONTH)
        count = ENFORCED[Records(period.records)](before)
        if count:
            removed[period.records] = count
            PersonalDataLog.objects.create(
                action=PersonalDataLog.Action.EXPIRED, what=period.records, counts={"removed": count}
            )
    return removed


def _interaction_notes(before: dt.datetime) -> int:
    old = Interaction.objects.filter(occurred_at__lt=before).exclude(notes="")
    return _in_batches(old, lambda rows: rows.update(notes=""))


def _former_contacts(before: dt.datetime) -> int:
    gone = Contact.objects.filter(left_on__lt=before.date())
    return sum(bool(erase_contact(contact, None)) for contact in gone.iterator())


def _attachments(before: dt.datetime) -> int:
    return attachments.delete(Attachment.objects.filter(created_at__lt=before))


def _import_logs(before: dt.datetime) -> int:
    """Without its log an import cannot be undone any more; that is what the period means."""
    logs = [model.objects.filter(run__created_at__lt=before) for model in (ImportChange, ImportRejection)]
    return sum(_in_batches(log, lambda rows: rows.delete()[0]) for log in logs)


def _history(before: dt.datetime) -> int:
    removed = 0
    with connection.cursor() as cursor:
        for model in Event.__subclasses__():
            if not model._meta.abstract:
                cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE pgh_created_at < %s", [before])
                removed += cursor.rowcount
    return removed


def _in_batches(rows: models.QuerySet, change: Callable[[models.QuerySet], int]) -> int:
    """`change` the rows some at a time, each batch in a transaction of its own."""
    total = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic(), traces.without_history():
            total += change(rows.model._default_manager.filter(pk__in=keys))
    return total


ENFORCED: dict[RetentionPeriod.Records, Callable[[dt.datetime], int]] = {
    Records.INTERACTION_NOTES: _interaction_notes,
    Records.FORMER_CONTACTS: _former_contacts,
    Records.ATTACHMENTS: _attachments,
    Records.IMPORT_LOGS: _import_logs,
    Records.HISTORY: _history,
}
