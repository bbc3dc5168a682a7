"""Celery's side of complaints: fetch, call one verb, answer."""

from celery import shared_task
from django.utils import timezone

from complaints import clocks, escalating, mailing, notices
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
