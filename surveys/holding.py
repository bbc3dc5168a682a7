"""Answers held apart: looked at by staff, released into scores or kept out, and both undone."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from crmquality.office.models import Member

from . import loop
from .models import Response

WAITING, KEPT, RELEASED = "waiting", "kept", "released"


def held(state: str) -> QuerySet[Response]:
    """Those that wait for a look, were kept apart, or were released."""
    labelled = Response.objects.exclude(held_because=[]).select_related("campaign", "customer", "reviewed_by")
    if state == KEPT:
        return labelled.filter(is_held=True, reviewed_at__isnull=False)
    if state == RELEASED:
        return labelled.filter(is_held=False, reviewed_at__isnull=False)
    return labelled.filter(is_held=True, reviewed_at=None)


@transaction.atomic
def release(response: Response, by: Member, now: dt.datetime) -> bool:
    """Let it count; what the rules say of it is set in motion now. False if somebody did so before."""
    if not _claim(response, True, is_held=False, reviewed_by=by, reviewed_at=now):
        return False
    response.refresh_from_db()
    loop.apply(response, response.answers.all(), now)
    return True


def keep(response: Response, by: Member, now: dt.datetime) -> bool:
    """It stays out of scores for good; was it still to be looked at?"""
    waiting = Response.objects.filter(pk=response.pk, is_held=True, reviewed_at=None)
    return waiting.update(reviewed_by=by, reviewed_at=now) == 1


def undo(response: Response) -> bool:
    """It waits for a look again; False if it does already. What was set in motion stays."""
    decided = Response.objects.filter(pk=response.pk, reviewed_at__isnull=False)
    return decided.update(is_held=True, reviewed_by=None, reviewed_at=None) == 1


def _claim(response: Response, was_held: bool, **changes: object) -> bool:
    return Response.objects.filter(pk=response.pk, is_held=was_held).update(**changes) == 1
