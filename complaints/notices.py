"""Who is told of what happens to a case: in the page, by mail, by webhook."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop as N_

from crmquality.office.models import Member, Notice, Topic
from crmquality.office.roles import Role

from .models import Actor, Case, CaseClock, CaseMessage

ASSIGNED = N_("%(number)s is yours: %(subject)s")
ANSWERED = N_("The customer wrote about %(number)s: %(subject)s")
REJECTED = N_("The customer rejected the outcome of %(number)s: %(subject)s")
PROPOSED = N_("An outcome was proposed for %(number)s: %(subject)s")
UNDELIVERED = N_("What was written to the customer about %(number)s could not be delivered: %(subject)s")
SOON = N_("%(number)s is soon due: %(subject)s")
LATE = N_("%(number)s is overdue: %(subject)s")
MOVED = N_("The due dates of %(n)s clocks moved.")
ESCALATED = N_("%(number)s was escalated to you (level %(rung)s): %(subject)s")


def of_case(case: Case) -> dict[str, Any]:
    """What a webhook is told of a case: no text of the customer's."""
    return {
        "number": case.number,
        "kind": case.kind,
        "customer": case.customer.code if case.customer else None,
        "status": case.status,
        "outcome": case.outcome,
        "severity": case.severity,
        "category": case.category.code if case.category else None,
        "received_at": case.received_at,
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
    }


def of_assignment(case: Case, owner: Member, now: dt.datetime) -> None:
    _tell(case, [owner], f"case-{case.pk}-assigned-{now:%Y%m%d%H%M%S%f}", ASSIGNED)


def of_message(case: Case, message: CaseMessage, now: dt.datetime) -> None:
    _tell(case, _concerned(case), f"case-{case.pk}-message-{message.pk}", ANSWERED)


def of_proposal(case: Case, actor: Actor, now: dt.datetime) -> None:
    """Watchers know; the owner proposed it."""
    watching = case.watchers.exclude(pk=actor.member.pk if actor.member else 0)
    _tell(case, watching, f"case-{case.pk}-proposed-{now:%Y%m%d%H%M%S%f}", PROPOSED)


def of_rejection(case: Case, now: dt.datetime) -> None:
    """The owner, those who watch, and the lead, who decides how it goes on."""
    told = {*_concerned(case), *leads_of(case)}
    _tell(case, told, f"case-{case.pk}-rejected-{now:%Y%m%d%H%M%S%f}", REJECTED, Notice.Level.WARNING)


def of_undelivered(case: Case, message: CaseMessage) -> None:
    """Whoever wrote it and whoever owns the case: the customer waits for what did not come."""
    told = {*_concerned(case), *([message.member] if message.member else [])}
    _tell(case, told, f"case-{case.pk}-undelivered-{message.pk}", UNDELIVERED, Notice.Level.WARNING)


def of_warning(clock: CaseClock) -> None:
    _tell(clock.case, _concerned(clock.case), f"clock-{clock.pk}-soon", SOON, Notice.Level.WARNING)


def of_breach(clock: CaseClock) -> None:
    _tell(clock.case, _concerned(clock.case), f"clock-{clock.pk}-late", LATE, Notice.Level.ERROR)


def of_escalation(clock: CaseClock, level: int, receivers: Iterable[Member], now: dt.datetime) -> None:
    """Once for a case whose clocks come to the same rung in the same minute."""
    key = f"case-{clock.case_id}-level-{level}-{now:%Y%m%d%H%M}"
    _tell(clock.case, receivers, key, ESCALATED, Notice.Level.ERROR, rung=level)


def of_recomputing(members: Iterable[Member], moved: int, now: dt.datetime) -> None:
    """Whoever changed a calendar or a policy."""
    key = f"clocks-recomputed-{now:%Y%m%d%H%M%S%f}"
    Notice.tell(members, key, Notice.Level.INFO, MOVED, url=reverse("complaints:case_list"), topic=Topic.CASES, n=moved)


def leads_of(case: Case) -> list[Member]:
    """The leads of the case's department, else of its owner's; managers where there is none."""
    team = case.team_id or (case.owner.team_id if case.owner else None)
    leads = Member.objects.filter(team=team, role=Role.LEAD, is_active=True) if team else Member.objects.none()
    return list(leads) or managers()


def managers() -> list[Member]:
    return list(Member.objects.filter(role=Role.MANAGER, is_active=True))


def _concerned(case: Case) -> list[Member]:
    """Owner and watchers; of a case that nobody owns, whoever may pick it up."""
    concerned = Q(pk=case.owner_id or 0) | Q(pk__in=case.watchers.values("pk"))
    if case.owner_id is None:
        concerned |= Q(team=case.team_id) & Q(team__isnull=False)
    return list(Member.objects.filter(concerned, is_active=True).distinct())


def _tell(
    case: Case, members: Iterable[Member], key: str, text: str, level: str = Notice.Level.INFO, **params: Any
) -> None:
    params |= {"number": case.number, "subject": case.subject}
    Notice.tell(members, key, level, text, url=case.get_absolute_url(), topic=Topic.CASES, **params)
