"""Celery's side of complaints: fetch, call one verb, answer."""

from celery import shared_task
from django.utils import timezone

from complaints import clocks, escalating, mailing, notices, register_files
from crmquality.office.models import Member


@shared_task
def watch_clocks() -> dict[str, int]:
    """Warn, note what is overdue, escalate; safe to call at any time."""
    return escalating.watch(timezone.now())


@shared_task
def mail_cases() -> int:
    """Acknowledgements and replies that wait; safe to call at any time."""
    return mailing.send_due(timezone.now())


@shared_task
def recompute_clocks(member: int | None = None) -> int:
    """After a change of a calendar or policy; whoever made it is told how many moved."""
    moved = clocks.recompute()
    notices.of_recomputing(Member.objects.filter(pk=member or 0), moved, timezone.now())
    return moved


@shared_task
def make_register(key: int) -> bool:
    """A register that somebody asked for; coming twice, it is made once."""
    return register_files.make(key, timezone.now())


@shared_task
def remove_registers() -> int:
    """Registers go a day after they were asked for."""
    return register_files.remove_expired(timezone.now())
