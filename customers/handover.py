"""Everything that one member looks after goes to another."""

import datetime as dt

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

from crmquality.office.models import Member, Notice, Topic

from .models import Customer, FollowUp, Opportunity

HANDED_OVER = gettext_noop("%(n)s customers of %(from)s are yours now, with what is open for them.")


def owned(member: Member) -> dict[str, int]:
    """How many customers, open follow-ups and open opportunities are the member's."""
    return {name: rows.count() for name, rows in _owned(member).items()}


def _owned(member: Member) -> dict[str, QuerySet]:
    return {
        "customers": Customer.objects.filter(owner=member),
        "follow_ups": FollowUp.objects.open().filter(owner=member),
        "opportunities": Opportunity.objects.filter(owner=member, outcome=""),
    }


@transaction.atomic
def hand_over(giver: Member, taker: Member, now: dt.datetime) -> dict[str, int]:
    """Give all of it to `taker`, who is told; how many of each. A second call finds nothing left."""
    counts = {name: rows.update(owner=taker) for name, rows in _owned(giver).items()}
    if any(counts.values()):
        Notice.tell(
            [taker],
            f"handover-{giver.pk}-{now:%Y%m%d%H%M%S}",
            Notice.Level.INFO,
            HANDED_OVER,
            url="/customers/",
            topic=Topic.CUSTOMERS,
            n=counts["customers"],
            **{"from": str(giver)},
        )
    return counts


def givers(by: Member) -> QuerySet[Member]:
    """Members who look after customers, with how many and how many open follow-ups.

    Those who left come first; a lead sees the own team's only.
    """
    is_open = Q(follow_ups__done_at=None, follow_ups__cancelled_at=None)
    found = Member.objects.annotate(
        n_customers=Count("customers", distinct=True), n_follow_ups=Count("follow_ups", filter=is_open, distinct=True)
    ).filter(n_customers__gt=0)
    if by.role == "lead":
        found = found.filter(team=by.team_id)
    return found.order_by("is_active", "username")


def takers(by: Member) -> QuerySet[Member]:
    """Active members who may look after customers."""
    found = Member.objects.filter(Q(is_active=True) & ~Q(role__in=["", "analyst", "auditor"]))
    return found.filter(team=by.team_id) if by.role == "lead" else found
