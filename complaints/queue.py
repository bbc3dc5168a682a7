"""The queue: which cases a member looks at, what is due first, how long is left of the working day."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Func, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crmquality.lib.due import Due, due_in_working_time
from crmquality.lib.keyset import Order
from crmquality.lib.text import grams, normalised
from crmquality.office.models import Member, Organisation, Team
from customers.models import Customer
from customers.models.customer import Grams

from .clocks import Calendars
from .models import Case, CaseClock, Category
from .models.case import HAS_ENDED, SEARCHED, CaseQuerySet

MINE, TEAM, UNASSIGNED, TODAY, BREACHED, OPEN, CLOSED = (
    "mine", "team", "unassigned", "today", "breached", "open", "closed",
)  # fmt: skip
# Beyond this a count is not worth its wait; the page says "more than".
COUNTED = 10_000
# A name that more customers share finds no case in particular.
CUSTOMERS_MATCHED = 500
DUE_FIRST = Order("due_at", is_nullable=True, parse=dt.datetime.fromisoformat)
LATEST_FIRST = Order("resolved_at", is_descending=True, parse=dt.datetime.fromisoformat)


def tabs(member: Member) -> list[tuple[str, Promise]]:
    """What the member may look at, in the order of the page."""
    team = [(TEAM, _("My team's"))] if member.team_id else []
    rest = [
        (UNASSIGNED, _("Unassigned")), (TODAY, _("Due today")), (BREACHED, _("Overdue")),
        (OPEN, _("All open")), (CLOSED, _("Resolved and closed")),
    ]  # fmt: skip
    return [(MINE, _("Mine")), *team, *rest]


def order_of(tab: str) -> Order:
    return LATEST_FIRST if tab == CLOSED else DUE_FIRST


def of_tab(cases: CaseQuerySet, tab: str, member: Member, now: dt.datetime) -> CaseQuerySet:
    """Those of the tab, among the `cases` the member may see."""
    if tab == CLOSED:
        return cases.filter(HAS_ENDED)
    return cases.open().filter(_in_tab(tab, member, now))


def _in_tab(tab: str, member: Member, now: dt.datetime) -> Q:
    """What an open case has to be to stand in the tab."""
    office = Organisation.load()
    today = office.today(now)
    if tab == TODAY:
        return Q(due_at__gte=office.midnight(today), due_at__lt=office.midnight(today + dt.timedelta(days=1)))
    if tab == TEAM:
        return Q(team=member.team_id or 0) | Q(owner__team=member.team_id or 0)
    if tab == MINE:
        return Q(owner=member) | Q(owner__in=member.covered(today))
    return {UNASSIGNED: Q(owner=None), BREACHED: Q(due_at__lt=now)}.get(tab, Q())


def counts(cases: CaseQuerySet, member: Member, now: dt.datetime) -> dict[str, int]:
    """How many stand in each tab of open cases, by one reading of them."""
    names = [name for name, _label in tabs(member) if name != CLOSED]
    return cases.open().aggregate(**{name: Count("pk", filter=_in_tab(name, member, now)) for name in names})


def counted(cases: CaseQuerySet) -> tuple[int, bool]:
    """How many, and whether there are more than that."""
    number = cases.order_by()[: COUNTED + 1].count()
    return min(number, COUNTED), number > COUNTED


def filtered(cases: CaseQuerySet, filters: Mapping[str, Any]) -> CaseQuerySet:
    """Those who meet every filter that is given."""
    plain = {"kind": "kind", "severity": "severity", "tier": "customer__tier", "region": "region", "team": "team"}
    exact = {column: filters[name] for name, column in plain.items() if filters.get(name)}
    cases = matching(cases, filters.get("q") or "").filter(**exact)
    if filters.get("category"):
        within = Q(pk=filters["category"]) | Q(parent=filters["category"])
        # As keys, so that the index of categories answers.
        cases = cases.filter(category__in=list(Category.objects.filter(within).values_list("pk", flat=True)))
    if filters.get("owner"):
        cases = cases.filter(owner=None if filters["owner"] == "none" else int(filters["owner"]))
    if filters.get("tag"):
        cases = cases.filter(tags__contains=[filters["tag"]])
    if filters.get("status"):
        cases = cases.filter(status=filters["status"])
    return cases


def matching(cases: CaseQuerySet, text: str) -> CaseQuerySet:
    """Those of this number, or whose subject, sender or customer contains `text`, Chinese or English."""
    wanted = normalised(text)
    if not wanted:
        return cases
    asked = [wanted] if len(wanted) <= 2 else [gram for gram in grams(wanted) if len(gram) == 2]
    customers = list(Customer.objects.matching(text).values_list("pk", flat=True)[:CUSTOMERS_MATCHED])
    found = Q(text_grams__contains=asked, plain_text__contains=wanted) | Q(customer__in=customers)
    if key := Case.key_of(text):
        found |= Q(pk=key)
    return cases.alias(text_grams=Grams(SEARCHED), plain_text=SEARCHED).filter(found)


def shown(cases: CaseQuerySet) -> CaseQuerySet:
    """With what a row of the list shows."""
    # Few and the same for many rows: joined, they would be looked up for every case that is sorted.
    return cases.select_related("customer").prefetch_related("owner", "team", "category__parent").defer("text")


def standing(case: Case, *values: Any) -> str:
    """A digest of how the case stands, and of these values of it."""
    told = [case.status, case.owner_id, case.team_id, case.merged_into_id]
    told += [getattr(value, "pk", value) for value in values]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def with_due(cases: Iterable[Case], now: dt.datetime) -> list[Case]:
    """Each with `due`, its chip, by the clock that is due first, `due_clock`, and `seen`, how it stands."""
    rows, calendars, zone = list(cases), Calendars(), Organisation.load().zone
    running = CaseClock.objects.running().filter(case__in=[case.pk for case in rows])
    first: dict[int, CaseClock] = {}
    for clock in running.order_by(F("due_at").asc(nulls_last=True), "pk"):
        first.setdefault(clock.case_id, clock)
    for case in rows:
        case.seen = standing(case)  # type: ignore[attr-defined]
        case.due_clock = first.get(case.pk)  # type: ignore[attr-defined]
        case.due = due_of(first[case.pk], now, calendars, zone) if case.pk in first else None  # type: ignore[attr-defined]
    return rows


def due_of(clock: CaseClock, now: dt.datetime, calendars: Calendars, zone: Any) -> Due:
    """The chip of a running clock."""
    return due_in_working_time(clock.due_at, clock.warn_at, now, calendars.of(clock.calendar_id), zone)


def facets() -> dict[str, list[Any]]:
    """What there is to filter by; a minute old at most, because finding out reads every open case."""
    found: dict[str, list[Any]] = cache.get_or_set("case_facets", _facets, 60)  # type: ignore[assignment]
    return found


def _facets() -> dict[str, list[Any]]:
    open_ = Case.objects.open().order_by()
    people = Member.objects.filter(is_active=True).exclude(role="")
    tags = open_.annotate(tag=Func(F("tags"), function="unnest")).values_list("tag", flat=True).distinct()
    regions = open_.exclude(region="").values_list("region", flat=True).distinct()
    return {
        "category": list(Category.objects.select_related("parent")),
        "team": [(str(team.pk), str(team)) for team in Team.objects.all()],
        "owner": [(str(member.pk), str(member)) for member in people],
        "region": [(region, region) for region in sorted(regions)[:200]],
        "tag": [(tag, tag) for tag in sorted(tags)[:200]],
    }
