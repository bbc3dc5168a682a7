"""What customers say of it all: how content they are with the handling, and what their texts have in common."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from crmquality.lib.themes import Polarity, Reading, Remark, Theme, read
from customers.models import Channel, Customer, Interaction

from .analysis import Scope
from .filters import ANY
from .models import Case, Category, Kind
from .statistics import Mean, Share, mean_of, share_of

# Closed cases, and of the points (0 to 100) that customers gave: how many, their sum and the sum of their squares.
SATISFACTION = """
    SELECT c.is_now, date_trunc('month', k.closed_at AT TIME ZONE %s)::date, c.category_id,
           count(*), count(k.satisfaction), COALESCE(sum(k.satisfaction), 0),
           COALESCE(sum(k.satisfaction::int * k.satisfaction), 0)
    FROM chosen c JOIN complaints_case k USING (id) WHERE c.status = 'closed' GROUP BY 1, 2, 3
"""
MOST_READ = 2000
SOURCES = {
    "": _("Complaints, reviews and visits"),
    "complaints": _("Complaints"),
    "reviews": _("Praise and reviews"),
    "visits": _("Notes of visits"),
}


@dataclass
class Sums:
    """What is added up for one group of closed cases."""

    closed: int = 0
    n: int = 0
    total: int = 0
    squares: int = 0

    def add(self, closed: int, n: int, total: int, squares: int) -> None:
        self.closed, self.n = self.closed + closed, self.n + n
        self.total, self.squares = self.total + total, self.squares + squares

    @property
    def mean(self) -> Mean:
        """In points; the interval ends where the scale does."""
        found = mean_of(self.n, self.total, self.squares)
        if found.low is None or found.high is None:
            return found
        return replace(found, low=max(0.0, found.low), high=min(100.0, found.high))

    @property
    def answered(self) -> Share:
        """Of the closed cases: those whose customer said how content he is."""
        return share_of(self.n, self.closed)


@dataclass(frozen=True)
class Satisfaction:
    """In points of 0 to 100, of this period and the one before; months in order, most answered categories first."""

    now: Sums
    before: Sums
    months: list[tuple[dt.date, Sums]]
    categories: list[tuple[Category | None, Sums]]


def satisfaction(scope: Scope) -> Satisfaction:
    """How content customers are with the handling of their closed cases; without answers every mean is empty."""
    periods = {True: Sums(), False: Sums()}
    months: dict[dt.date, Sums] = defaultdict(Sums)
    categories: dict[int | None, Sums] = defaultdict(Sums)
    for is_now, month, category, *row in scope.ask(SATISFACTION, [scope.organisation.time_zone]):
        found = list(map(int, row))
        for sums in [periods[is_now], *([months[month], categories[category]] if is_now else [])]:
            sums.add(*found)
    nodes = Category.objects.select_related("parent").in_bulk([key for key in categories if key])
    return Satisfaction(
        now=periods[True],
        before=periods[False],
        months=sorted((month, sums) for month, sums in months.items() if sums.n),
        categories=sorted(
            ((nodes.get(key or 0), sums) for key, sums in categories.items() if sums.n),
            key=lambda found: (-found[1].n, str(found[0])),
        ),
    )


@dataclass(frozen=True)
class Text:
    """One text and where it stands."""

    text: str
    at: dt.datetime
    customer: Customer | None
    polarity: Polarity | None
    case: Case | None = None


@dataclass(frozen=True)
class Voices:
    """The themes, the texts they were read from as their positions say, and whether older ones were left out."""

    reading: Reading
    texts: list[Text]
    is_cut: bool


def voices(scope: Scope, source: str) -> Voices:
    """The themes of the newest 2,000 texts of a source, '' for all; the kind picked is set aside."""
    found = [*_cases(scope, source), *_visits(scope, source)]
    texts = sorted(found, key=lambda each: each.at, reverse=True)[:MOST_READ]
    zone = scope.organisation.zone
    reading = read(
        [
            Remark(each.text, each.at.astimezone(zone).date(), each.customer and each.customer.pk, each.polarity)
            for each in texts
        ]
    )
    return Voices(reading, texts, len(found) > MOST_READ)


def is_problem(theme: Theme) -> bool:
    """Whether at least half of its texts complain: notes of visits say neither, and make no problem by themselves."""
    return theme.is_problem and 2 * theme.by_polarity["negative"] >= len(theme.remarks)


def _cases(scope: Scope, source: str) -> list[Text]:
    wanted = {"": [Kind.COMPLAINT, Kind.PRAISE], "complaints": [Kind.COMPLAINT], "reviews": [Kind.PRAISE]}
    kinds = wanted.get(source, [])
    cases = replace(scope.filters, kind=ANY).cases(scope.member, scope.organisation)
    texts = cases.filter(kind__in=kinds).exclude(text="").select_related("customer")
    return [
        Text(each.text, each.received_at, each.customer, _meant(each), each)
        for each in texts.order_by("-received_at")[: MOST_READ + 1]
    ]


def _meant(case: Case) -> Polarity:
    """Who complains is unhappy; who praises is not."""
    return "negative" if case.kind == Kind.COMPLAINT else "positive"


def _visits(scope: Scope, source: str) -> list[Text]:
    # A visit has no category and no department: whoever picks one asks for cases only.
    if source not in ("", "visits") or scope.filters.category or scope.filters.team:
        return []
    visits = Interaction.objects.filter(
        channel=Channel.VISIT, customer__in=scope.filters.customers(scope.member),
        occurred_at__gte=scope.filters.start(scope.organisation), occurred_at__lt=scope.filters.end(scope.organisation),
    )  # fmt: skip
    noted = visits.exclude(notes="").select_related("customer").order_by("-occurred_at")
    return [Text(each.notes, each.occurred_at, each.customer, None) for each in noted[: MOST_READ + 1]]
