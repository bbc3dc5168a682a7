"""How well return visits are kept: by owner, team or tier, over a period of promised days."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models.interaction import VisitState

Visits = QuerySet[Any]

# What the visits are grouped by, and the columns that name and word a group.
CUTS: dict[str, tuple[Promise, str, tuple[str, ...]]] = {
    "owner": (gettext_lazy("Owner"), "owner", ("owner__first_name", "owner__last_name", "owner__username")),
    "team": (gettext_lazy("Team"), "owner__team", ("owner__team__name",)),
    "tier": (gettext_lazy("Tier"), "customer__tier", ("customer__tier",)),
}
DUE = (VisitState.KEPT, VisitState.LATE, VisitState.MISSED)
COLUMNS = (*DUE, VisitState.GIVEN_UP, VisitState.COMING)


@dataclass(frozen=True)
class Group:
    """Visits of one owner, team or tier: `key` for the address, how many in each state."""

    key: str
    label: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def due(self) -> int:
        return sum(self.counts[state] for state in DUE)

    @property
    def share(self) -> float | None:
        """Kept on time among those due, 0 to 1; None while none was due."""
        return self.counts[VisitState.KEPT] / self.due if self.due else None

    @property
    def cells(self) -> list[tuple[VisitState, int]]:
        return [(state, self.counts[state]) for state in COLUMNS]

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """State, words and number of what was due, for the bar."""
        return [(state.value, str(state.label), self.counts[state]) for state in DUE if self.counts[state]]


def groups(visits: Visits, cut: str) -> list[Group]:
    """The groups by name; what has none comes last."""
    _label, key, words = CUTS[cut]
    rows = visits.order_by().values(key, *set(words) - {key}).annotate(**_counted())
    found = [Group(str(row[key] or "none"), _worded([row[word] for word in words]), _counts_of(row)) for row in rows]
    return sorted(found, key=lambda group: (group.key == "none", group.label))


def total(visits: Visits) -> Group:
    return Group("", _("All"), visits.order_by().aggregate(**_counted()))


def _counted() -> dict[str, Count]:
    return {state.value: Count("pk", filter=Q(state=state)) for state in COLUMNS}


def _counts_of(row: dict[str, Any]) -> dict[str, int]:
    return {state.value: row[state] for state in COLUMNS}


def _worded(words: list[str | None]) -> str:
    """The name; of people as `Member` is worded."""
    if len(words) == 3:
        words = [f"{words[0] or ''} {words[1] or ''}".strip() or words[2]]
    return words[0] or _("none")


def of_group(visits: Visits, cut: str, key: str) -> Visits:
    """The visits of the group with this key; of all for ''."""
    column = CUTS[cut][1]
    if key == "none":
        return visits.filter(Q(**{column: ""}) if cut == "tier" else Q(**{f"{column}__isnull": True}))
    if not key or (cut != "tier" and not (key.isascii() and key.isdigit() and len(key) < 19)):
        return visits
    return visits.filter(**{column: key})


def export_rows(visits: Visits) -> Iterator[list[Any]]:
    """The heading, and a row per visit."""
    yield [
        _("Code"), _("Customer"), _("Tier"), _("Owner"), _("Team"), _("First promised for"), _("Due on"), _("Done"),
        _("Given up"), _("State"),
    ]  # fmt: skip
    states = dict(VisitState.choices)
    for row in visits.select_related("customer", "owner__team").order_by("promised_on", "pk").iterator(1000):
        yield [
            row.customer.code, row.customer.name, row.customer.tier, str(row.owner or ""),
            str(row.owner.team or "") if row.owner else "", row.promised_on, row.due_on, row.done_on,
            row.cancelled_on, str(states[row.state]),
        ]  # fmt: skip


def period(asked_from: str, asked_to: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The days asked for, both included; for what is no period, the last 90 days."""
    try:
        first, last = dt.date.fromisoformat(asked_from), dt.date.fromisoformat(asked_to)
    except ValueError:
        return today - dt.timedelta(days=89), today
    return (first, last) if first <= last else (last, first)
