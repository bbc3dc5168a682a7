"""Every morning each member is told what is due, in one notice of follow-ups and one of visits."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from crmquality.office.mailing import MORNING
from crmquality.office.models import Leave, Member, Notice, Organisation, Topic

from . import agenda
from .models import FollowUp
from .models.interaction import FollowUpQuerySet

# An hour before the mail goes out, so that it is in it.
BEGIN = MORNING - 1
URL = "/customers/follow-ups/"
TOPICS = {FollowUp.Kind.TASK: Topic.FOLLOW_UPS, FollowUp.Kind.RETURN_VISIT: Topic.VISITS}
DUE = {
    FollowUp.Kind.TASK: gettext_noop("Follow-ups due today: %(today)s, overdue: %(overdue)s."),
    FollowUp.Kind.RETURN_VISIT: gettext_noop("Return visits due today: %(today)s, overdue: %(overdue)s."),
}
COVERED = {
    FollowUp.Kind.TASK: gettext_noop(
        "Follow-ups of %(name)s, for whom you stand in, due today: %(today)s, overdue: %(overdue)s."
    ),
    FollowUp.Kind.RETURN_VISIT: gettext_noop(
        "Return visits of %(name)s, for whom you stand in, due today: %(today)s, overdue: %(overdue)s."
    ),
}


def remind(now: dt.datetime) -> int:
    """Tell everybody what was planned before today and is due; how many notices. Later calls of a day add none."""
    organisation = Organisation.load()
    today = organisation.today(now)
    if now.astimezone(organisation.zone).hour < BEGIN:
        return 0
    planned = FollowUp.objects.due(today).filter(created_at__lt=organisation.midnight(today))
    return sum(_tell(member, absent, planned, today) for member, absent in _listeners(planned, today))


def _listeners(planned: FollowUpQuerySet, today: dt.date) -> Iterator[tuple[Member, Member | None]]:
    """Who has something due, and who stands in for such a member; those told today and those on leave apart."""
    away = Leave.objects.filter(starts_on__lte=today, ends_on__gte=today)
    owners = Member.objects.filter(Exists(planned.filter(owner=OuterRef("pk"))), is_active=True)
    told = Notice.objects.filter(key__in=[_key(kind, None, today) for kind in TOPICS])
    for member in owners.exclude(pk__in=away.values("member")).exclude(pk__in=told.values("member")):
        yield member, None
    for leave in away.filter(member__in=owners, cover__is_active=True).select_related("member", "cover"):
        yield leave.cover, leave.member


@transaction.atomic
def _tell(member: Member, absent: Member | None, planned: FollowUpQuerySet, today: dt.date) -> int:
    """The notices of one listener; notice_once keeps two workers from telling twice."""
    told = 0
    for kind, topic in TOPICS.items():
        theirs = planned.visible_to(member).filter(owner=absent or member, kind=kind)
        counts = agenda.counts(theirs, today)
        if not counts["today"] and not counts["overdue"]:
            continue
        params = {"today": counts["today"], "overdue": counts["overdue"], **({"name": str(absent)} if absent else {})}
        told += Notice.tell(
            [member],
            _key(kind, absent, today),
            Notice.Level.INFO,
            (COVERED if absent else DUE)[kind],
            url=f"{URL}?scope=all" if absent else URL,
            topic=topic,
            **params,
        )
    return told


def _key(kind: str, absent: Member | None, today: dt.date) -> str:
    return f"due-{kind}-{absent.pk if absent else 'own'}-{today}"
