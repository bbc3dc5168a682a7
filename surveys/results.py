"""What was answered in a campaign, counted: a fixed number of statements, however many answers.

Answers that are held apart count nowhere. Groups of fewer than five are hidden, and with them those
from which they could be had by subtraction. What counts is `ResponseQuerySet.shown`: is_held = is_pending.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .models import Campaign, Invitation, Standing
from .statistics import MINIMUM_GROUP, Share, hidden_groups, response_rate, suppress

# How answers may be broken down: the name, and the column of the respondent. Segment and tier as they
# were when answered, region and team as they are now.
BREAKDOWNS = {
    "segment": (_("Segment"), "r.segment"),
    "tier": (_("Tier"), "r.tier"),
    "region": (_("Region"), "COALESCE(c.region, '')"),
    "team": (_("Owner's team"), "COALESCE(t.name, '')"),
}
WAVES = 12
Key = tuple[str, str]
Counts = Counter[Any]

OF_CUSTOMER = """
    LEFT JOIN customers_customer c ON c.id = r.customer_id
    LEFT JOIN office_member o ON o.id = c.owner_id
    LEFT JOIN office_team t ON t.id = o.team_id
"""
# One scan of the index `answer_of_campaign`; those left out are few and looked up in memory.
VALUES = """
    SELECT a.key, a.row, a.value, '', count(*) FROM surveys_answer a
    WHERE a.campaign_id = %s AND a.response_id NOT IN
        (SELECT id FROM surveys_response WHERE campaign_id = %s AND is_held <> is_pending)
    GROUP BY 1, 2, 3
"""
VALUES_BY = """
    SELECT a.key, a.row, a.value, {label}, count(*)
    FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id {join}
    WHERE a.campaign_id = %s AND r.campaign_id = %s AND r.is_held = r.is_pending
    GROUP BY 1, 2, 3, 4
"""
CHOICES = """
    SELECT a.key, '', chosen, {label}, count(*)
    FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id {join}, unnest(a.choices) chosen
    WHERE a.campaign_id = %s AND r.is_held = r.is_pending AND a.key = ANY(%s)
    GROUP BY 1, 3, 4
"""
RESPONDENTS = f"""
    SELECT r.is_held = r.is_pending, r.is_held, {", ".join(column for _name, column in BREAKDOWNS.values())}, count(*)
    FROM surveys_response r {OF_CUSTOMER} WHERE r.campaign_id = %s GROUP BY 1, 2, 3, 4, 5, 6
"""
OF_WAVES = """
    SELECT a.campaign_id, a.key, a.value, count(*) FROM surveys_answer a
    WHERE a.campaign_id = ANY(%s) AND a.key = ANY(%s) AND a.row = '' AND a.value IS NOT NULL
      AND a.response_id NOT IN (SELECT id FROM surveys_response WHERE campaign_id = ANY(%s) AND is_held <> is_pending)
    GROUP BY 1, 2, 3
"""


def ask(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@dataclass(frozen=True)
class Respondents:
    """`counted` and `held` answers, those that wait for their batch, and of each breakdown the groups to hide."""

    counted: int
    held: int
    waiting: int
    hidden: dict[str, set[Any]]

    @property
    def too_few(self) -> bool:
        """Whether so few answered that nothing of what they said is shown."""
        return self.counted < MINIMUM_GROUP


def respondents(campaign: Campaign) -> Respondents:
    rows = ask(RESPONDENTS, campaign.pk)
    labels: Counter[tuple[Any, ...]] = Counter()
    held = waiting = 0
    for is_shown, is_held, *label, n in rows:
        if is_shown:
            labels[tuple(label)] += n
        held += n if is_held else 0
        waiting += n if not (is_held or is_shown) else 0
    hidden = dict(zip(BREAKDOWNS, hidden_groups(labels) if labels else [set()] * len(BREAKDOWNS), strict=True))
    return Respondents(labels.total(), held, waiting, hidden)


@dataclass(frozen=True)
class Said:
    """The answers to one question or row of a matrix: how often each value, in all and by group.

    A text or a choice counts under None; what was chosen is in `choices` and `choices_by`.
    """

    counts: Counts
    by: dict[str, Counts]


NOTHING = Said(Counter(), {})


def said(campaign: Campaign, by: str = "") -> dict[Key, Said]:
    """By question and row; `by` one of BREAKDOWNS or ''."""
    if not by:
        return _gathered(ask(VALUES, campaign.pk, campaign.pk))
    return _gathered(ask(VALUES_BY.format(**grouped(by)), campaign.pk, campaign.pk))


def chosen(campaign: Campaign, keys: list[str], by: str = "") -> dict[Key, Said]:
    """How often each choice of these questions was taken."""
    return _gathered(ask(CHOICES.format(**grouped(by)), campaign.pk, keys)) if keys else {}


def grouped(by: str) -> dict[str, str]:
    """The parts of a statement that tell the group of a respondent `r`."""
    if not by:
        return {"label": "''", "join": ""}
    return {"label": BREAKDOWNS[by][1], "join": OF_CUSTOMER if by in {"region", "team"} else ""}


def _gathered(rows: Iterable[tuple[Any, ...]]) -> dict[Key, Said]:
    found: dict[Key, Said] = {}
    for key, row, value, group, n in rows:
        of = found.setdefault((key, row), Said(Counter(), {}))
        of.counts[value] += n
        of.by.setdefault(group, Counter())[value] += n
    return found


def shown_groups(of: Said, hidden: set[Any]) -> dict[str, Counts | None]:
    """The groups in order, None for one that is hidden: in all of the campaign, or of this question."""
    groups = sorted(of.by)
    if not groups:
        return {}
    small = suppress([of.by[group].total() for group in groups]).cells
    return {
        group: None if group in hidden or is_small else of.by[group]
        for group, is_small in zip(groups, small, strict=True)
    }


@dataclass(frozen=True)
class Asked:
    """Of one group, or all: how far those who were to be asked came."""

    name: str
    invited: int = 0
    delivered: int = 0
    started: int = 0
    answered: int = 0
    refused: int = 0
    not_reached: int = 0
    waiting: int = 0

    @property
    def rate(self) -> Share | None:
        """AAPOR's response rate 1 of those whose turn has come."""
        partial = max(self.started - self.answered, 0)
        reached = self.answered + partial + self.refused + self.not_reached
        unknown = max(self.invited - self.waiting - reached, 0)
        return response_rate(self.answered, partial, self.refused, self.not_reached, unknown=unknown)

    @property
    def missing(self) -> int:
        return self.invited - self.answered


def _counts() -> dict[str, Count]:
    def how_many(**where: Any) -> Count:
        return Count("pk", filter=Q(**where))

    return {
        "invited": Count("pk"), "delivered": how_many(delivered_at__isnull=False),
        "started": Count("pk", filter=Q(started_at__isnull=False) | Q(is_answered=True)),
        "answered": how_many(is_answered=True),
        "refused": how_many(standing=Standing.OPTED_OUT, is_answered=False),
        "not_reached": how_many(standing__in=[Standing.BOUNCED, Standing.UNREACHABLE], is_answered=False),
        "waiting": how_many(standing__in=[Standing.PLANNED, Standing.DEFERRED, Standing.REVOKED], is_answered=False),
    }  # fmt: skip


def counted(invitations: QuerySet[Invitation], *labels: str) -> list[dict[str, Any]]:
    """How many stand how, for each of these labels."""
    return list(invitations.order_by().values(*labels).annotate(**_counts()))


def summed(name: str, rows: Iterable[Mapping[str, Any]]) -> Asked:
    """These rows together, under one name."""
    of = list(rows)
    return Asked(name, **{count: sum(row[count] for row in of) for count in _counts()})


def asked(campaign: Campaign) -> tuple[Asked, dict[str, list[Asked]]]:
    """All, and by segment and tier as they were when invited, the most missing first; one query."""
    rows = counted(Invitation.objects.filter(campaign=campaign), "segment", "tier")
    groups = {
        by: sorted(
            (summed(name, (row for row in rows if row[by] == name)) for name in {row[by] for row in rows}),
            key=lambda group: (-group.missing, group.name),
        )
        for by in ("segment", "tier")
    }
    return summed("", rows), groups


def waves_of(campaign: Campaign) -> list[Campaign]:
    """This wave and up to eleven before it in its series, the oldest first."""
    first = campaign.series_id or campaign.pk
    waves = Campaign.objects.filter(Q(pk=first) | Q(series=first), started_at__isnull=False)
    if campaign.started_at:
        waves = waves.filter(started_at__lte=campaign.started_at)
    return list(waves.order_by("-started_at", "-pk")[:WAVES])[::-1]


def across(waves: list[Campaign], keys: list[str]) -> dict[tuple[int, str], Counts]:
    """Answers to these questions by wave and question."""
    pks = [wave.pk for wave in waves]
    found: dict[tuple[int, str], Counts] = {}
    for wave, key, value, n in ask(OF_WAVES, pks, keys, pks) if keys and pks else []:
        found.setdefault((wave, key), Counter())[value] = n
    return found


def period_of(campaign: Campaign, now: dt.datetime) -> tuple[dt.datetime | None, dt.datetime]:
    """From when to when answers were taken."""
    ends = [end for end in (campaign.closed_at, campaign.closes_at) if end]
    return campaign.started_at, min([*ends, now])
