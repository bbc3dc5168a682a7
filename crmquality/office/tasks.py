"""Celery's side of the office."""

from celery import shared_task
from django.utils import timezone

from . import mailing, outbound, repeats


@shared_task
def send_webhooks() -> int:
    return outbound.send_due(timezone.now())


@shared_task
def mail_notices() -> int:
    """Notices by e-mail, to those who want them so: at once, or as one mail a morning."""
    return mailing.send_due(timezone.now())


@shared_task
def forget_repeats() -> int:
    """Answers to requests with an idempotency key are kept for a day."""
    return repeats.forget(timezone.now())
