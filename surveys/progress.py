"""How far a campaign is: who was asked, who waits and why, which mails nobody can be sure of."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Left
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import Member
from customers.models import Customer

from .models import Campaign, Invitation, Mailing, Privacy, Response, Standing
from .models.campaign import NAMELESS, CampaignQuerySet
from .sending import refused, undecided

PROMISES: dict[str, list[Promise]] = {
    Privacy.IDENTIFIED: [
        _("Staff see who gave which answer; it stands on the customer's page."),
        _("Answers count in the customer's score, and bad ones become follow-ups."),
    ],
    Privacy.CONFIDENTIAL: [
        _("Staff see no names with answers: not in results, not on the customer's page, not in explanations."),
        _("Scores use the answers; a reading from them shows only with at least five respondents."),
        _("Who administers the database could join the two."),
    ],
    Privacy.ANONYMOUS: [
        _("We know that you answered, not what."),
        _("That somebody took part is kept, so that reminders stop and nobody is asked too often; when, is not."),
        _("Answers wait without a name and are written down in shuffled groups of at least five."),
        _("No drafts on our side, no changing of an answer, no message to another system."),
        _(
            "Outside the promise: back-ups and the database's write-ahead log, which keep traces of the order of"
            " writing until they are deleted."
        ),
    ],
}  # fmt: skip


def promise_of(campaign: Campaign) -> list[Promise]:
    """What exactly is promised to those who answer, in sentences."""
    steps = _("Results change in steps of at least five answers, so that nobody's answer can be had by subtraction.")
    return [
        *PROMISES[campaign.privacy],
        _("In results, groups of fewer than five answers are hidden."),
        *([] if campaign.privacy == Privacy.IDENTIFIED else [steps]),
    ]


@dataclass(frozen=True)
class Progress:
    """Counts of people."""

    invited: int
    planned: int
    deferred: int
    asked: int
    bounced: int
    refused: int
    unreachable: int
    revoked: int
    begun: int
    answered: int

    @property
    def waiting(self) -> int:
        """Whoever was not asked yet and is to be."""
        return self.planned + self.deferred

    @property
    def cannot(self) -> int:
        return self.refused + self.unreachable

    @property
    def rate(self) -> float | None:
        """Answers of those who were asked, 0 to 1; None before anybody was."""
        return self.answered / self.asked if self.asked else None


def progress(campaign: Campaign) -> Progress:
    """Where everybody stands, in one query. Asked are those whom the mail reached, as far as we know."""

    def standing(value: str) -> Count:
        return Count("pk", filter=Q(standing=value))

    counts = campaign.invitations.aggregate(
        invited=Count("pk"), planned=standing(Standing.PLANNED), deferred=standing(Standing.DEFERRED),
        asked=standing(Standing.SENT), bounced=standing(Standing.BOUNCED), refused=standing(Standing.OPTED_OUT),
        unreachable=standing(Standing.UNREACHABLE), revoked=standing(Standing.REVOKED),
        begun=Count("pk", filter=Q(started_at__isnull=False)), answered=Count("pk", filter=Q(is_answered=True)),
    )  # fmt: skip
    return Progress(**counts)


def counted(campaigns: CampaignQuerySet) -> CampaignQuerySet:
    """With `invited` and `answered`: of whom was invited, or, where nobody is, the answers that results count."""
    shown = Response.objects.shown().filter(campaign=OuterRef("pk")).order_by().values("campaign")
    taken = Coalesce(Subquery(shown.annotate(n=Count("pk")).values("n")), 0)
    answered = Count("invitations", filter=Q(invitations__is_answered=True))
    return campaigns.annotate(
        invited=Count("invitations"), answered=Case(When(channel__in=NAMELESS, then=taken), default=answered)
    )


def deferred(campaign: Campaign) -> QuerySet[Any, Any]:
    """Why people wait: reason, how many, and the next day on which one of them may be asked."""
    waiting = campaign.invitations.filter(standing=Standing.DEFERRED)
    return waiting.order_by().values("deferred_because").annotate(n=Count("pk"), next_at=Min("due_at")).order_by("-n")


def refusals(campaign: Campaign) -> QuerySet[Any, Any]:
    """Why the mail server refused invitations for good: its code, how many, and what it said of one."""
    found = refused(campaign).order_by().annotate(code=Left("error", 3)).values("code")
    return found.annotate(n=Count("pk"), said=Min("error")).order_by("-n")


def people_of(campaign: Campaign, member: Member) -> QuerySet[Invitation]:
    """The invitations of customers that the member may see."""
    visible = Customer.objects.visible_to(member)
    return campaign.invitations.filter(customer__in=visible).select_related("customer", "contact")


def filtered(people: QuerySet[Invitation], standing: str, text: str) -> QuerySet[Invitation]:
    """Those who stand so and are called so; '' for any."""
    if standing == "answered":
        people = people.filter(is_answered=True)
    elif standing:
        people = people.filter(standing=standing)
    named = Q(contact__name__icontains=text) | Q(customer__in=Customer.objects.matching(text).values("pk"))
    return people.filter(named) if text else people


def undecided_of(campaign: Campaign, member: Member, now: dt.datetime) -> QuerySet[Mailing]:
    """Mails that were cut off, to people whom the member may see; a person decides about each."""
    mine = undecided(now).filter(invitation__in=people_of(campaign, member).values("pk"))
    return mine.select_related("invitation__contact", "invitation__customer").order_by("claimed_at", "id")
