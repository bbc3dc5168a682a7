"""Doing, postponing and cancelling follow-ups: each is claimed, so of two at once one wins."""

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.db import transaction
from django.utils.translation import gettext_noop

from crmquality.office.models import Member, Notice, Topic, Webhook
from crmquality.office.outbound import announce

from .models import Channel, FollowUp, Interaction

GIVEN = gettext_noop("%(by)s gave you a follow-up at %(customer)s, due %(day)s: %(subject)s")


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
        customer = follow_up.customer.code
        announce(Webhook.Event.FOLLOW_UP_DONE, {"id": follow_up.pk, "kind": follow_up.kind, "customer": customer})
    return True


def tell_owner(follow_up: FollowUp, by: Member, once: str) -> int:
    """Tell whom it was given to by somebody else, once for the form with the key `once`; how many were told."""
    if follow_up.owner is None or follow_up.owner == by:
        return 0
    return Notice.tell(
        [follow_up.owner],
        f"given-{once}",
        Notice.Level.INFO,
        GIVEN,
        url=f"/customers/follow-ups/?customer={quote(follow_up.customer.code, safe='')}",
        topic=Topic.FOLLOW_UPS,
        by=str(by),
        customer=follow_up.customer.name,
        day=follow_up.due_on.isoformat(),
        subject=follow_up.subject,
    )


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
