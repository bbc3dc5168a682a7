"""Doing, postponing and cancelling follow-ups: each is claimed, so of two at once one wins."""

import datetime as dt
from typing import Any

from django.db import transaction

from crmquality.office.models import Member

from .models import Channel, FollowUp, Interaction


def complete(
    follow_up: FollowUp, by: Member, now: dt.datetime, outcome: str = "", done_by: Interaction | None = None
) -> bool:
    """Mark it done by an interaction; was it still open? A visit without one is logged as a visit."""
    with transaction.atomic():
        if not _claim(follow_up, done_at=now, outcome=outcome):
            return False
        if done_by is None and follow_up.kind == FollowUp.Kind.RETURN_VISIT:
            done_by = _visit(follow_up, by, now, outcome)
        if done_by is not None:
            FollowUp.objects.filter(pk=follow_up.pk).update(done_by=done_by)
    return True


def _visit(follow_up: FollowUp, by: Member, now: dt.datetime, outcome: str) -> Interaction:
    return Interaction.objects.create(
        customer_id=follow_up.customer_id,
        contact_id=follow_up.contact_id,
        member=by,
        channel=Channel.VISIT,
        direction=Interaction.Direction.OUTBOUND,
        kind=Interaction.Kind.RETURN_VISIT,
        occurred_at=now,
        subject=follow_up.title,
        notes=outcome,
    )


def postpone(follow_up: FollowUp, due_on: dt.date, due_time: dt.time | None = None) -> bool:
    """Move it to another day; was it still open? The day it was promised for stays in `promised_on`."""
    return _claim(follow_up, due_on=due_on, due_time=due_time)


def cancel(follow_up: FollowUp, now: dt.datetime, outcome: str = "") -> bool:
    """Give it up, with the reason; was it still open?"""
    return _claim(follow_up, cancelled_at=now, outcome=outcome)


def _claim(follow_up: FollowUp, **changes: Any) -> bool:
    return FollowUp.objects.open().filter(pk=follow_up.pk).update(**changes) == 1
