"""Celery's side of surveys: fetch, call one verb, answer."""

from celery import shared_task
from django.utils import timezone

from surveys import batches, campaigns, channels, sealed, sending, triggers


@shared_task
def run_campaigns() -> dict[str, int]:
    """Close, repeat, invite and queue what is due; safe to call at any time."""
    now = timezone.now()
    done = {
        "closed": campaigns.close_due(now),
        "repeated": campaigns.repeat_due(now),
    }
    campaigns.retry_deferred(now)
    queued = sending.queue(now)
    if queued:
        mail_surveys.delay()
    return {**done, "queued": queued, "handed_on": channels.hand_on(now)}


@shared_task
def ask_after_events() -> int:
    """Invite whoever is due after a delivery or visit, or before a contract ends; safe to call at any time."""
    return triggers.fire(timezone.now())


@shared_task
def mail_surveys() -> int:
    """Survey mails that wait; safe to call at any time, by several workers at once."""
    return sending.send_due(timezone.now())


@shared_task
def write_sealed() -> int:
    """Stir anonymous answers that wait, write those that are enough, show batches; safe to call at any time."""
    sealed.stir()
    written = sealed.flush()
    batches.move(timezone.now())
    return written
