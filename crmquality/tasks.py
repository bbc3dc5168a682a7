"""Celery's side of what is wired between apps."""

from celery import shared_task
from django.utils import timezone

from . import wiring


@shared_task
def ask_after_complaints() -> int:
    """Safe to call at any time."""
    return wiring.ask_after_complaints(timezone.now())


@shared_task
def rate_complaints() -> int:
    """Safe to call at any time."""
    return wiring.rate_complaints(timezone.now())
