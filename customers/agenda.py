"""What is due when, for whom: the list of follow-ups and visits."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import Member
from crmquality.office.roles import Right

from .models import FollowUp
from .models.interaction import FollowUpQuerySet

MINE, TEAM, ALL, DONE = "mine", "team", "all", "done"


def end_of_week(today: dt.date) -> dt.date:
    """The Sunday of this week."""
    return today + dt.timedelta(days=6 - today.weekday())


_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Bucket:
    """A stretch of time that follow-ups are due in, from its first to its last day."""

    name: str
    label: Promise
    span: Callable[[dt.date], tuple[dt.date, dt.date]]

    def holds(self, today: dt.date) -> Q:
        return Q(due_on__range=self.span(today))

    def has(self, due_on: dt.date, today: dt.date) -> bool:
        first, last = self.span(today)
        return first <= due_on <= last


BUCKETS = [
    Bucket("overdue", _("Overdue"), lambda today: (dt.date.min, today - _DAY)),
    Bucket("today", _("Today"), lambda today: (today, today)),
    Bucket("week", _("This week"), lambda today: (today + _DAY, end_of_week(today))),
    Bucket("later", _("Later"), lambda today: (end_of_week(today) + _DAY, dt.date.max)),
]


def scopes(member: Member) -> list[tuple[str, Promise]]:
    """Whose follow-ups the member may look at."""
    found = [(MINE, _("Mine"))]
    if member.team_id:
        found.append((TEAM, _("My team's")))
    return [*found, (ALL, _("All") if member.has_right(Right.SEE_ALL) else _("All I may see"))]


def of(member: Member, scope: str) -> FollowUpQuerySet:
    """The member's, the team's, or all those the member may see."""
    visible = FollowUp.objects.visible_to(member)
    if scope == TEAM and member.team_id:
        return visible.filter(owner__team=member.team_id)
    return visible if scope == ALL else visible.filter(owner=member)


def counts(follow_ups: FollowUpQuerySet, today: dt.date) -> dict[str, int]:
    """How many of them are open in each bucket."""
    asked = {bucket.name: Count("pk", filter=bucket.holds(today)) for bucket in BUCKETS}
    return follow_ups.open().aggregate(**asked)


def narrowed(follow_ups: FollowUpQuerySet, when: str, today: dt.date) -> FollowUpQuerySet:
    """The open ones of a bucket (''; of all), or those done and cancelled, with `closed_at`."""
    if when == DONE:
        closed = follow_ups.exclude(done_at=None, cancelled_at=None)
        return closed.annotate(closed_at=Coalesce("done_at", "cancelled_at"))
    found = follow_ups.open()
    bucket = next((bucket for bucket in BUCKETS if bucket.name == when), None)
    return found.filter(bucket.holds(today)) if bucket else found


def bucket_of(due_on: dt.date, today: dt.date) -> Bucket:
    return next(bucket for bucket in BUCKETS if bucket.has(due_on, today))
