"""What can be learned from the cases of a period: one SQL statement a panel, this period and the one before.

Every statement begins with the cases that the filters leave and the member may see, as the
queryset has them; `is_now` says of which of the two periods a case is.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model

from crmquality.office.models import MeasureSettings, Member, Organisation, Team
from customers.models import Customer, Product

from .filters import Filters
from .models import Case, Category, ClockKind, Kind, ResponsePolicy, RootCause
from .statistics import ControlChart, Share, share_of, u_chart

COLUMNS = (
    "id", "customer_id", "category_id", "cause_id", "region", "team_id", "owner_id", "kind", "status", "outcome",
    "received_at", "resolved_at", "times_reopened", "compensation", "minutes", "is_now",
)  # fmt: skip
REPEATED_WITHIN = 90
BARS = 20
GROUPS_SHOWN = 50
ORDERS_A_UNIT = 100


@dataclass(frozen=True)
class Scope:
    """Who asks for what, and when."""

    filters: Filters
    member: Member
    organisation: Organisation
    now: dt.datetime

    def ask(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement over `chosen`."""
        cases = self.filters.cases_of_both(self.member, self.organisation)
        chosen, values = cases.values_list(*COLUMNS).query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"WITH chosen ({', '.join(COLUMNS)}) AS ({chosen}) {sql}", [*values, *params])
            return cursor.fetchall()


# The one just before decides: read in order, every case is looked at once.
OUTCOMES = f"""
    , alike AS (
        SELECT id, lag(received_at) OVER (PARTITION BY customer_id, category_id, kind ORDER BY received_at, id)
                   >= received_at - interval '{REPEATED_WITHIN} days' AS is_repeat
        FROM complaints_case
        WHERE received_at >= %s - interval '{REPEATED_WITHIN} days' AND received_at < %s
          AND customer_id IS NOT NULL AND category_id IS NOT NULL AND merged_into_id IS NULL)
    SELECT is_now, count(*), count(*) FILTER (WHERE status NOT IN ('resolved', 'closed')),
           count(*) FILTER (WHERE resolved_at IS NOT NULL OR times_reopened > 0),
           count(*) FILTER (WHERE times_reopened > 0),
           count(*) FILTER (WHERE status = 'closed'),
           count(*) FILTER (WHERE status = 'closed' AND outcome = 'rejected'),
           count(*) FILTER (WHERE customer_id IS NOT NULL AND category_id IS NOT NULL),
           count(*) FILTER (WHERE is_repeat),
           COALESCE(sum(compensation), 0), COALESCE(sum(minutes), 0)
    FROM chosen c LEFT JOIN alike USING (id) GROUP BY is_now
"""


@dataclass(frozen=True)
class Outcomes:
    """How the cases of one period ended and what they cost; money in minor units."""

    n: int = 0
    open: int = 0
    resolved: int = 0
    reopened_cases: int = 0
    closed: int = 0
    rejected_cases: int = 0
    comparable: int = 0
    repeated_cases: int = 0
    compensation: int = 0
    minutes: int = 0

    @property
    def reopened(self) -> Share:
        """Of those that were resolved at least once."""
        return share_of(self.reopened_cases, self.resolved)

    @property
    def rejected(self) -> Share:
        """Of the closed ones: those whose outcome the customer rejected."""
        return share_of(self.rejected_cases, self.closed)

    @property
    def repeated(self) -> Share:
        """Of those with a customer and a category: another one of both within 90 days before."""
        return share_of(self.repeated_cases, self.comparable)

    def cost(self, an_hour: int) -> float:
        """Compensation and the time of staff, in minor units.

        >>> Outcomes(compensation=5_000, minutes=90).cost(an_hour=4_000)
        11000.0
        """
        return self.compensation + self.minutes * an_hour / 60


def outcomes(scope: Scope) -> tuple[Outcomes, Outcomes]:
    """Of this period and of the one before."""
    period = [scope.filters.before.start(scope.organisation), scope.filters.end(scope.organisation)]
    found = {is_now: Outcomes(*map(int, row)) for is_now, *row in scope.ask(OUTCOMES, period)}
    return found.get(True, Outcomes()), found.get(False, Outcomes())


def cost_an_hour() -> int:
    """Minor units for an hour of staff's time; 0 where it was not told."""
    return int(MeasureSettings.current().values.get("service_cost_an_hour", 0))


PARETO = """
    SELECT {key}, count(*) FILTER (WHERE is_now), count(*) FILTER (WHERE NOT is_now),
           (sum(count(*) FILTER (WHERE is_now)) OVER ())::bigint
    FROM chosen c {join} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {bars}
"""
DIMENSIONS: dict[str, tuple[str, str, type[Model] | None]] = {
    "category": ("COALESCE(c.category_id, 0)", "", Category),
    "product": (
        "COALESCE(p.product_id, 0)", "LEFT JOIN complaints_case_products p ON p.case_id = c.id", Product,
    ),
    "cause": ("COALESCE(c.cause_id, 0)", "", RootCause),
    "region": ("c.region", "", None),
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """`node` is what the bar stands for: a row, a name, or nothing where none was given."""

    node: Any
    now: int
    before: int
    so_far: int
    total: int


def pareto(scope: Scope, dimension: str) -> list[Bar]:
    """The most frequent first; `total` counts also what has no bar (a case with two products counts twice)."""
    key, join, model = DIMENSIONS[dimension]
    rows = [row for row in scope.ask(PARETO.format(key=key, join=join, bars=BARS)) if row[1]]
    nodes = model._default_manager.in_bulk([row[0] for row in rows]) if model else {row[0]: row[0] for row in rows}
    bars, so_far = [], 0
    for node, now, before, total in rows:
        so_far += now
        bars.append(Bar(nodes.get(node), now, before, so_far, total))
    return bars


TREND = """
    , complained AS (
        SELECT date_trunc(%s, received_at AT TIME ZONE %s)::date AS bucket, count(*) AS n
        FROM chosen WHERE is_now GROUP BY 1),
    ordered AS (
        SELECT date_trunc(%s, o.placed_at AT TIME ZONE %s)::date AS bucket, count(*) AS n
        FROM customers_order o
        WHERE o.placed_at >= %s AND o.placed_at < %s AND (o.cancelled_at IS NULL OR o.cancelled_at >= %s) {of}
        GROUP BY 1)
    SELECT bucket, COALESCE(c.n, 0), COALESCE(o.n, 0)
    FROM complained c FULL JOIN ordered o USING (bucket) ORDER BY bucket
"""


@dataclass(frozen=True)
class Trend:
    """Complaints per 100 orders by week or month; `left_out` complaints fell where nothing was ordered."""

    days: list[dt.date]
    complaints: list[int]
    orders: list[int]
    chart: ControlChart
    left_out: int


def trend(scope: Scope, step: str) -> Trend | None:
    """None where there are no orders, and for what is no complaint, which enters no rate."""
    if scope.filters.kind != Kind.COMPLAINT:
        return None
    filters, zone = scope.filters, scope.organisation.time_zone
    start, end = filters.start(scope.organisation), filters.end(scope.organisation)
    customers = filters.customers(scope.member).order_by()
    of, values = "", ()
    if customers.query.where:
        inner, values = customers.values("pk").query.sql_with_params()
        of = f"AND o.customer_id IN ({inner})"
    rows = scope.ask(TREND.format(of=of), [step, zone, step, zone, start, end, end, *values])
    kept = [row for row in rows if row[2]]
    chart = u_chart([row[1] for row in kept], [row[2] / ORDERS_A_UNIT for row in kept])
    if chart is None:
        return None
    days, complaints, orders = (list(column) for column in zip(*kept, strict=True))
    return Trend(days, complaints, orders, chart, sum(row[1] for row in rows if not row[2]))


# A promise is kept or broken once its clock was stopped, or is overdue while it runs.
DECIDED = "(k.stopped_at IS NOT NULL OR k.breached_at IS NOT NULL OR k.due_at < %s)"
CLOCKS = f"""
    SELECT {{key}}, count(*) FILTER (WHERE is_now), count(*) FILTER (WHERE is_now AND k.elapsed <= k.target),
           count(*) FILTER (WHERE NOT is_now), count(*) FILTER (WHERE NOT is_now AND k.elapsed <= k.target)
    FROM chosen c JOIN complaints_caseclock k ON k.case_id = c.id
    WHERE NOT k.is_void AND {DECIDED} AND (%s = '' OR k.kind = %s)
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {GROUPS_SHOWN}
"""
GROUPS: dict[str, tuple[str, type[Model]]] = {
    "policy": ("COALESCE(k.policy_id, 0)", ResponsePolicy),
    "team": ("COALESCE(c.team_id, 0)", Team),
    "customer": ("COALESCE(c.customer_id, 0)", Customer),
    "agent": ("COALESCE(c.owner_id, 0)", Member),
}


@dataclass(frozen=True)
class Attainment:
    """How many promises to one group were kept, now and before."""

    key: int
    node: Any
    now: Share
    before: Share


def attainment(scope: Scope, group: str, clock: str = "") -> list[Attainment]:
    """Of the groups with the most promises; `clock` one kind, '' all."""
    key, model = GROUPS[group]
    rows = [row for row in scope.ask(CLOCKS.format(key=key), [scope.now, clock, clock]) if row[1]]
    nodes = model._default_manager.in_bulk([row[0] for row in rows])
    return [Attainment(row[0], nodes.get(row[0]), share_of(row[2], row[1]), share_of(row[4], row[3])) for row in rows]


TIMES = """
    SELECT k.kind, is_now, count(k.elapsed), count(*) - count(k.elapsed),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY k.elapsed),
           percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY k.elapsed::float / NULLIF(k.target, 0))
               FILTER (WHERE is_now)
    FROM chosen c JOIN complaints_caseclock k ON k.case_id = c.id
    WHERE NOT k.is_void AND k.kind IN ('acknowledge', 'response', 'resolve')
    GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Times:
    """Seconds of working time and, of this period, shares of the target; `still_open` clocks are in neither."""

    kind: str
    n: int = 0
    still_open: int = 0
    seconds: tuple[float | None, float | None] = (None, None)
    of_target: tuple[float | None, float | None] = (None, None)

    @property
    def label(self) -> str:
        return str(ClockKind(self.kind).label)


def times(scope: Scope) -> list[tuple[Times, Times]]:
    """Median and 90th percentile to acknowledge, to answer first and to resolve: now and before."""
    none = [None, None]
    found = {
        (kind, is_now): Times(kind, n, still_open, tuple(taken or none), tuple(share or none))
        for kind, is_now, n, still_open, taken, share in scope.ask(TIMES)
    }
    kinds = (ClockKind.ACKNOWLEDGE, ClockKind.FIRST_RESPONSE, ClockKind.RESOLVE)
    return [tuple(found.get((kind, is_now), Times(kind)) for is_now in (True, False)) for kind in kinds]  # type: ignore[misc]


ACTIONS = """
    SELECT count(*), count(*) FILTER (WHERE a.done_on IS NULL),
           count(*) FILTER (WHERE a.done_on IS NULL AND a.due_on < %s), count(a.done_on),
           count(*) FILTER (WHERE a.is_effective), count(a.is_effective)
    FROM chosen c JOIN complaints_correctiveaction a ON a.case_id = c.id WHERE is_now
"""


@dataclass(frozen=True)
class Actions:
    n: int
    open: int
    overdue: int
    done: int
    helped: int
    judged: int

    @property
    def effective(self) -> Share:
        """Of those that were judged."""
        return share_of(self.helped, self.judged)


def actions(scope: Scope) -> Actions:
    """The corrective actions that the cases of this period led to."""
    return Actions(*scope.ask(ACTIONS, [scope.organisation.today(scope.now)])[0])


DECIDED_CLOCKS = f"""
    SELECT k.case_id, k.kind, k.policy_id, k.target, k.elapsed, k.started_at, k.stopped_at, k.due_at
    FROM chosen c JOIN complaints_caseclock k ON k.case_id = c.id
    WHERE is_now AND NOT k.is_void AND {DECIDED} AND (%s = '' OR k.kind = %s) {{of}}
    ORDER BY (k.elapsed <= k.target) NULLS FIRST, k.started_at DESC, k.id LIMIT %s
"""


def clock_rows(scope: Scope, group: str, key: int | None, clock: str, limit: int) -> list[dict[str, Any]]:
    """The promises behind an attainment, broken ones first; at most `limit`."""
    of = "" if key is None else f"AND {GROUPS[group][0]} = %s"
    params = [scope.now, clock, clock, *([] if key is None else [key]), limit]
    names = ("case", "kind", "policy", "target", "elapsed", "started_at", "stopped_at", "due_at")
    rows = [dict(zip(names, row, strict=True)) for row in scope.ask(DECIDED_CLOCKS.format(of=of), params)]
    related = Case.objects.select_related("customer", "team", "owner")
    cases = related.in_bulk({row["case"] for row in rows})
    policies = ResponsePolicy.objects.in_bulk({row["policy"] for row in rows if row["policy"]})
    for row in rows:
        row["case"], row["policy"] = cases[row["case"]], policies.get(row["policy"])
        row["clock"] = ClockKind(row["kind"]).label
        row["is_met"] = row["elapsed"] is not None and row["elapsed"] <= row["target"]
    return rows
