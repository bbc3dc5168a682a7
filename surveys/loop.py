"""Bad answers are followed up: the rules, what they set in motion, and by when in working days."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as N_

from crmquality.lib.clock import WorkCalendar
from crmquality.office.models import Calendar, Member, Notice, Organisation, Topic
from crmquality.office.roles import Role
from customers.models import Customer, FollowUp

from .models import Answer, LoopHit, LoopRule, Privacy, Response

BAD_ANSWER = N_("%(customer)s gave a bad answer in a survey; follow it up by %(day)s: %(subject)s")
WANTS_CALL = N_("%(customer)s asked for a call after a survey, by %(day)s: %(subject)s")
# No calendar is closed for longer.
A_YEAR = 400
CASE_KEY = "bad-answer-"


def end_of_working_day(now: dt.datetime, days: int, calendar: WorkCalendar) -> dt.datetime:
    """The close of the `days`-th working day after today; 0 is today's, or the next one's if today is none.

    >>> calendar = WorkCalendar("UTC", {day: [("09:00", "17:00")] for day in range(5)})
    >>> friday = dt.datetime(2025, 7, 4, 15, tzinfo=dt.UTC)
    >>> [end_of_working_day(friday, days, calendar).isoformat() for days in (0, 2)]
    ['2025-07-04T17:00:00+00:00', '2025-07-08T17:00:00+00:00']
    """
    zone = ZoneInfo(calendar.timezone)
    day = now.astimezone(zone).date()
    left = days if days else int(not calendar.windows_of(day))
    for _step in range(A_YEAR):
        if left == 0:
            break
        day += dt.timedelta(days=1)
        left -= bool(calendar.windows_of(day))
    minutes = max((end for _begin, end in calendar.windows_of(day)), default=24 * 60)
    return (dt.datetime.combine(day, dt.time(), zone) + dt.timedelta(minutes=minutes)).astimezone(dt.UTC)


def apply(response: Response, answers: Iterable[Answer], now: dt.datetime) -> list[LoopHit]:
    """Set in motion what the rules say of an identified answer, each rule once; in the caller's transaction."""
    if response.customer is None or response.campaign.privacy != Privacy.IDENTIFIED:
        return []
    rules = _met(response, list(answers))
    met_before = set(LoopHit.objects.filter(response=response).values_list("rule", flat=True)) if rules else set()
    return [_hit(rule, response, now) for rule in rules if rule.pk not in met_before]


def _met(response: Response, answers: list[Answer]) -> list[LoopRule]:
    values = [(each.key, each.value) for each in answers if each.value is not None]
    if not values:
        return []
    fitting = Q(pk=None)
    for key, value in values:
        fitting |= Q(key=key, at_most__gte=value)
    rules = LoopRule.objects.filter(fitting, is_active=True, segment__in=["", response.segment])
    ours = response.campaign.version.questionnaire_id
    return [rule for rule in rules if rule.questionnaire_id in (None, ours)]


def _hit(rule: LoopRule, response: Response, now: dt.datetime) -> LoopHit:
    customer = response.customer
    assert customer is not None
    due_at = end_of_working_day(now, rule.working_days, Calendar.default().value())
    follow_up = FollowUp.objects.create(
        customer=customer, contact=response.contact, owner=customer.owner, subject=rule.name,
        due_on=due_at.astimezone(Organisation.load().zone).date(),
    )  # fmt: skip
    hit = LoopHit.objects.create(
        rule=rule, response=response, follow_up=follow_up, due_at=due_at, suggests_case=rule.suggests_case
    )
    tell(follow_up, f"answer-{hit.pk}", BAD_ANSWER, Notice.Level.WARNING)
    return hit


def case_key(hit: LoopHit) -> str:
    """The key of the form in which a complaint is made of this answer."""
    return f"{CASE_KEY}{hit.pk}"


def hit_of(key: str) -> int | None:
    """The answer of which a complaint with this key is made, by any member; None of any other key.

    >>> hit_of("7-bad-answer-12"), hit_of("7-bad-answer-x"), hit_of("7-k3yOfAForm")
    (12, None, None)
    """
    _member, found, number = key.partition(f"-{CASE_KEY}")
    return int(number) if found and number.isascii() and number.isdigit() else None


def name_case(hit: int, customer: int | None, number: str) -> bool:
    """Note the case that was made of an answer of this customer; False if there is none or it has a case."""
    open_ones = LoopHit.objects.filter(pk=hit, response__customer=customer, suggests_case=True, case_number="")
    return customer is not None and open_ones.update(case_number=number) == 1


def tell(follow_up: FollowUp, key: str, text: str, level: str = Notice.Level.INFO) -> int:
    """Tell the owner, or the managers where nobody owns the customer; how many."""
    told = [follow_up.owner] if follow_up.owner else list(Member.objects.filter(role=Role.MANAGER, is_active=True))
    return Notice.tell(
        told, key, level, text, url=reverse("surveys:loop_list"), topic=Topic.FOLLOW_UPS,
        customer=follow_up.customer.name, day=follow_up.due_on.isoformat(), subject=follow_up.subject,
    )  # fmt: skip


def hits_read(member: Member) -> QuerySet[LoopHit]:
    """What was set in motion at the customers that the member may see."""
    seen = LoopHit.objects.filter(response__customer__in=Customer.objects.visible_to(member))
    return seen.select_related(
        "rule", "follow_up__owner", "follow_up__contact", "response__customer", "response__contact",
        "response__campaign",
    ).prefetch_related("response__answers__question")  # fmt: skip
