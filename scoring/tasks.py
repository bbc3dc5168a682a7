"""Celery's side of the evaluation: fetch, call one verb, answer."""

import datetime as dt

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from crmquality.office.models import Member, Organisation
from scoring import night, runs
from scoring.models import Run

log = structlog.get_logger()


@shared_task
def nightly() -> None:
    """Score today and the nights missed, unless that is done; safe to call at any time."""
    night.catch_up(timezone.now(), helpers=call_helpers)


@shared_task
def evaluate(as_of: str | None = None, member_id: int | None = None) -> int | None:
    """Evaluate one date (ISO; default today) because somebody asked for it; the run's key."""
    day = dt.date.fromisoformat(as_of) if as_of else Organisation.load().today(timezone.now())
    member = Member.objects.filter(pk=member_id).first() if member_id else None
    try:
        return runs.evaluate(day, member=member, helpers=call_helpers).pk
    except runs.AlreadyRunning as busy:
        log.info("evaluation not started", reason=str(busy))
        return None


@shared_task
def help_run(run_id: int) -> int:
    """Score shards of a running run beside its driver; does nothing once it is finished."""
    return runs.work(run_id)


@shared_task
def watch() -> None:
    """Tell the admins of failed runs, late nights and stale data."""
    night.watch(timezone.now())


def call_helpers(run: Run) -> None:
    for _ in range(settings.EVALUATION_WORKERS - 1):
        help_run.delay(run.pk)
