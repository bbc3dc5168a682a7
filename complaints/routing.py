"""Who gets a case: by rule, by department, by load, and not somebody who is away."""

import datetime as dt

from django.db.models import Count, Q

from crmquality.office.models import Leave, Member, Team
from crmquality.office.roles import Role

from .models import AssignmentRule, Case
from .models.case import ENDED
from .models.tree import Node

WORKERS = (Role.AGENT, Role.LEAD)


def route(case: Case, today: dt.date) -> tuple[Team | None, Member | None]:
    """Department and owner of a new case by the first rule that fits; (None, None) where none does.

    Without a rule the customer's owner gets it, else the category's department.
    """
    rule = next((rule for rule in AssignmentRule.objects.filter(is_active=True) if _fits(rule, case)), None)
    way = rule.way if rule else AssignmentRule.Way.OWNER
    owner = _present(case.customer.owner if case.customer else None, today)
    team = (rule.team if rule else None) or (case.category.team if case.category else None)
    if way == AssignmentRule.Way.OWNER and owner:
        return team or owner.team, owner
    team = team or (owner.team if owner else None)
    if way == AssignmentRule.Way.TEAM or team is None:
        return team, None
    return team, least_loaded(team, today)


def least_loaded(team: Team, today: dt.date) -> Member | None:
    """The member of the department with the fewest open cases, of those at work today; None: nobody is."""
    is_open = ~Q(cases__status__in=ENDED) & Q(cases__merged_into=None, cases__isnull=False)
    away = Leave.objects.filter(starts_on__lte=today, ends_on__gte=today).values("member")
    members = Member.objects.filter(team=team, is_active=True, role__in=WORKERS).exclude(pk__in=away)
    return members.annotate(load=Count("cases", filter=is_open)).order_by("load", "pk").first()


def _present(owner: Member | None, today: dt.date) -> Member | None:
    """The member, whoever covers them today, or nobody."""
    if owner is None or not owner.is_active:
        return None
    leave = owner.leaves.filter(starts_on__lte=today, ends_on__gte=today).select_related("cover").first()
    return leave.cover if leave else owner


def _fits(rule: AssignmentRule, case: Case) -> bool:
    return (
        rule.kind in ("", case.kind)
        and case.severity >= rule.least_severity
        and rule.region in ("", case.region)
        and (rule.category_id is None or _is_within(case.category, rule.category_id))
    )


def _is_within(node: Node | None, whole: int) -> bool:
    """Whether the category is the one with this key, or a part of it."""
    return node is not None and (node.pk == whole or _is_within(node.parent, whole))
