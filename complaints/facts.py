"""The facts of cases for scoring: one row per customer, from what happened before as_of.

What became of a case is read from its steps, which are never changed, so that a past day is
asked as it was. Rows leave the database unsummed, because medians and half-lives need each.
"""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from crmquality.lib.clock import working_time_between
from customers.fact_reader import FactReader
from customers.facts import KeyRange, windows
from customers.order_facts import NULL, Columns, Integers, Windows, local_days

from .clocks import Calendars, pauses_of

Floats = NDArray[np.float64]

# Points of severity 1 to 4.
SEVERITY = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
SEVERITY_HALF_LIFE = 90.0
ADOPTED_HALF_LIFE = 365.0
SATISFIED = 80
REOPENED_WITHIN = 14
REPEATED_WITHIN = 90

# The case as it stood at the end: `ended`, when it was resolved or closed last and not reopened
# since; `first`, when it was resolved first; `again`, when it was reopened or refused after that.
CASES = """
    SELECT c.customer_id, c.received_at, c.severity, COALESCE(c.category_id, 0),
           COALESCE(g.is_product_quality, false)::int,
           COALESCE(last.at, '-infinity'), COALESCE(first.at, '-infinity'), COALESCE(again.at, '-infinity'),
           CASE WHEN last.to_status = 'closed' THEN last.at ELSE '-infinity' END,
           COALESCE(last.to_status = 'closed' AND last.outcome = 'accepted', false)::int,
           COALESCE(c.satisfaction, -1),
           (c.contacts_needed <= 1)::int
    FROM complaints_case c
    LEFT JOIN complaints_category g ON g.id = c.category_id
    LEFT JOIN LATERAL (
        SELECT s.at, s.to_status, s.data ->> 'outcome' AS outcome FROM complaints_casestep s
        WHERE s.case_id = c.id AND s.at < %(end)s AND s.to_status <> '' ORDER BY s.at DESC, s.id DESC LIMIT 1
    ) AS last ON last.to_status IN ('resolved', 'closed')
    LEFT JOIN LATERAL (
        SELECT min(s.at) AS at FROM complaints_casestep s
        WHERE s.case_id = c.id AND s.at < %(end)s AND s.to_status IN ('resolved', 'closed')
    ) AS first ON true
    LEFT JOIN LATERAL (
        SELECT min(s.at) AS at FROM complaints_casestep s
        WHERE s.case_id = c.id AND s.at < %(end)s AND s.at >= first.at AND s.step IN ('reopen', 'reject')
    ) AS again ON true
    WHERE {keys} AND c.kind = 'complaint' AND c.merged_into_id IS NULL AND c.received_at < %(end)s
    ORDER BY c.customer_id, c.received_at, c.id
"""
CASE_COLUMNS = (
    "received", "severity", "category", "quality", "ended", "first", "again", "closed", "accepted", "satisfaction",
    "one_contact",
)  # fmt: skip
MOMENTS = ("received", "ended", "first", "again", "closed")

# Clocks that were stopped by the end, and those that were overdue at the end.
CLOCKS = """
    SELECT c.customer_id,
           CASE k.kind WHEN 'response' THEN 1 WHEN 'resolve' THEN 2 WHEN 'propose' THEN 3 ELSE 0 END,
           k.started_at, CASE WHEN k.stopped_at < %(end)s THEN k.stopped_at ELSE '-infinity' END,
           CASE WHEN k.stopped_at < %(end)s THEN k.elapsed ELSE -1 END, k.target, k.id, k.case_id,
           COALESCE(k.calendar_id, 0)
    FROM complaints_case c
    JOIN complaints_caseclock k ON k.case_id = c.id
    WHERE {keys} AND c.kind IN ('complaint', 'request') AND c.merged_into_id IS NULL
      AND NOT k.is_void AND k.started_at < %(end)s
      AND (k.stopped_at >= %(start)s OR (k.stopped_at IS NULL AND k.due_at < %(end)s)
           OR (k.stopped_at >= %(end)s AND k.due_at < %(end)s))
    ORDER BY c.customer_id, k.started_at, k.id
"""
CLOCK_COLUMNS = ("kind", "started", "stopped", "elapsed", "target", "id", "case", "calendar")
RESPONSE, RESOLVE, PROPOSE = 1, 2, 3

SPENT = """
    SELECT c.customer_id,
           COALESCE(sum(c.compensation) FILTER (
               WHERE c.compensated_on >= %(first)s AND c.compensated_on < %(as_of)s), 0),
           COALESCE(sum(spent.minutes), 0)
    FROM complaints_case c
    LEFT JOIN LATERAL (
        SELECT sum(m.minutes) AS minutes FROM complaints_casemessage m
        WHERE m.case_id = c.id AND m.at >= %(start)s AND m.at < %(end)s
    ) AS spent ON true
    WHERE {keys} AND c.received_at < %(end)s AND (c.compensation > 0 OR c.minutes > 0)
    GROUP BY c.customer_id
"""

ADOPTED = """
    SELECT customer_id, %(as_of)s - adopted_on
    FROM complaints_case
    WHERE {keys} AND kind = 'suggestion' AND is_adopted AND adopted_on < %(as_of)s AND merged_into_id IS NULL
    ORDER BY customer_id, adopted_on, id
"""


def collect(
    keys: KeyRange, as_of: dt.date, settings: Windows, zone: ZoneInfo, recorded: Mapping[str, bool], index: Integers
) -> Columns:
    """Facts of the cases of these customers, in the order of `index`; nothing while none are recorded."""
    if not recorded.get("complaints", False):
        return {}
    params = windows(as_of, settings, zone)
    return _Cases(keys, params, index, zone).facts()


class _Cases(FactReader):
    def facts(self) -> Columns:
        return self._complaints() | self._clocks() | self._spent() | self._adopted()

    @property
    def start_day(self) -> int:
        return int(np.datetime64(self.params["first"], "D").astype(np.int64))

    def _sum(self, place: Integers, values: NDArray[np.generic]) -> Floats:
        """Of each customer; rows come in one order, so that every shard adds them alike."""
        return np.bincount(place, weights=values.astype(np.float64), minlength=len(self.index)).astype(np.float64)

    def _complaints(self) -> Columns:
        place, rows = self.read(CASES, CASE_COLUMNS, "c.customer_id", MOMENTS)
        day = {name: local_days(rows[name], self.zone) for name in MOMENTS}
        in_window = day["received"] >= self.start_day
        resolved = day["first"] >= self.start_day
        settled = resolved & (day["first"] < self.as_of_day - REOPENED_WITHIN)
        again = rows["again"] != NULL
        soon_again = again & (day["again"] - day["first"] <= REOPENED_WITHIN)
        closed = day["closed"] >= self.start_day
        return {
            "complaints_in_window": self._sum(place, in_window),
            "quality_complaints_in_window": self._sum(place, in_window & (rows["quality"] == 1)),
            "complaint_points": self._sum(place, np.where(in_window, self._points(rows, day), 0.0)),
            "complaints_repeated": self._sum(
                place, in_window & _repeated(place, rows["category"], day["received"], day["closed"])
            ),
            "complaints_resolved": self._sum(place, resolved),
            "complaints_reopened": self._sum(place, resolved & again),
            "complaints_settled": self._sum(place, settled),
            "complaints_settled_at_once": self._sum(place, settled & ~soon_again & (rows["one_contact"] == 1)),
            "complaints_closed": self._sum(place, closed),
            "complaints_accepted": self._sum(place, closed & (rows["accepted"] == 1)),
        }

    def _points(self, rows: Mapping[str, Integers], day: Mapping[str, Integers]) -> Floats:
        """Severity by age; an open complaint weighs double, a recovered one half."""
        points = SEVERITY[rows["severity"]] * 0.5 ** ((self.as_of_day - day["received"]) / SEVERITY_HALF_LIFE)
        recovered = (rows["accepted"] == 1) & (rows["satisfaction"] >= SATISFIED)
        return points * np.where(rows["ended"] == NULL, 2.0, np.where(recovered, 0.5, 1.0))

    def _clocks(self) -> Columns:
        place, rows = self.read(CLOCKS, CLOCK_COLUMNS, "c.customer_id", ("started", "stopped"))
        stopped = rows["stopped"] != NULL
        elapsed = np.where(stopped, rows["elapsed"], 0)
        elapsed[~stopped] = self._so_far({name: column[~stopped] for name, column in rows.items()})
        ratio = elapsed / np.maximum(rows["target"], 1)
        columns: Columns = {
            "clocks_due": self._sum(place, np.ones(len(place))),
            "clocks_met": self._sum(place, stopped & (elapsed <= rows["target"])),
        }
        began = local_days(rows["started"], self.zone) >= self.start_day
        chosen = {
            "response": (rows["kind"] == RESPONSE) & began,
            "resolution": (rows["kind"] == RESOLVE) & stopped,
            "proposal": (rows["kind"] == PROPOSE) & began,
        }
        for name, which in chosen.items():
            columns[f"{name}_ratio"] = _medians(place[which], ratio[which], len(self.index))
            columns[f"{name}_ratio_total"] = self._sum(place[which], ratio[which])
            columns[f"{name}_count"] = self._sum(place[which], np.ones(which.sum()))
        return columns

    def _so_far(self, rows: Mapping[str, Integers]) -> Integers:
        """Working time, in seconds, that overdue clocks had taken by the end: they took at least that."""
        if not len(rows["id"]):
            return np.zeros(0, dtype=np.int64)
        calendars, pauses = Calendars(), pauses_of(rows["case"].tolist())
        end = self.params["end"]
        epoch = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
        columns = (rows[name].tolist() for name in ("started", "case", "calendar"))
        return np.array([
            working_time_between(
                epoch + dt.timedelta(microseconds=started), end, calendars.of(calendar or None), pauses[case]
            ).total_seconds()
            for started, case, calendar in zip(*columns, strict=True)
        ]).astype(np.int64)  # fmt: skip

    def _spent(self) -> Columns:
        place, rows = self.read(SPENT, ("compensation", "minutes"), "c.customer_id")
        return {
            "compensation_in_window": self.counts(place, rows["compensation"]),
            "case_minutes_in_window": self.counts(place, rows["minutes"]),
        }

    def _adopted(self) -> Columns:
        place, rows = self.read(ADOPTED, ("age",))
        return self.halved("adopted_suggestions", place, rows["age"], ADOPTED_HALF_LIFE)


def _repeated(place: Integers, category: Integers, received: Integers, closed: Integers) -> NDArray[np.bool_]:
    """Whether an earlier complaint of the same customer and category was closed within 90 days before.

    >>> _repeated(np.zeros(3), np.full(3, 7), np.array([0, 40, 400]), np.array([10, 60, NULL])).tolist()
    [False, True, False]
    """
    order = np.lexsort((received, category, place))
    keys = np.stack([place[order], category[order]])
    is_same = np.zeros(len(order), dtype=bool)
    is_same[1:] = (keys[:, 1:] == keys[:, :-1]).all(axis=0) & (category[order][1:] > 0)
    # Where the complaints of the same customer and category begin.
    begins = np.maximum.accumulate(np.where(is_same, 0, np.arange(len(order))))
    came, was_closed = received[order], closed[order]
    repeated = np.zeros(len(order), dtype=bool)
    for number in np.flatnonzero(is_same):
        before = was_closed[begins[number] : number]
        since = came[number] - before[before != NULL]
        repeated[order[number]] = bool(((since >= 0) & (since <= REPEATED_WITHIN)).any())
    return repeated


def _medians(place: Integers, values: Floats, customers: int) -> Floats:
    """The median value of each customer; NaN where there is none.

    >>> _medians(np.array([0, 0, 0, 2, 2]), np.array([3.0, 1.0, 2.0, 1.0, 2.0]), 3).tolist()
    [2.0, nan, 1.5]
    """
    order = np.lexsort((values, place))
    ordered = values[order]
    count = np.bincount(place, minlength=customers)
    begin = np.cumsum(count) - count
    medians = np.full(customers, np.nan)
    some = count > 0
    low, high = (begin + (count - 1) // 2)[some], (begin + count // 2)[some]
    medians[some] = (ordered[low] + ordered[high]) / 2.0
    return medians
