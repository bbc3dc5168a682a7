"""From rows of orders to facts per customer: pure numpy, whole numbers until the last step."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]
NULL = -(2**63)  # a NULL integer, or the moment -infinity, on its way out of SQL
DAY = 86_400 * 10**6  # in microseconds
DAYS_1970_TO_2000 = 10_957


class Windows(Protocol):
    """What facts need to know of the measuring settings; days."""

    @property
    def window_days(self) -> int: ...
    @property
    def recent_days(self) -> int: ...
    @property
    def horizon_days(self) -> int: ...


def local_days(moments: Integers, zone: ZoneInfo) -> Integers:
    """The local day of each moment, as a number since 1970; NULL stays NULL.

    Moments are microseconds since 2000, as PostgreSQL counts. Here and not in SQL, where finding
    the day of every order costs more than everything else about it.

    >>> local_days(np.array([15 * 3600, 16 * 3600]) * 10**6, ZoneInfo("Asia/Shanghai")).tolist()
    [10957, 10958]
    """
    days = np.full(moments.shape, NULL)
    known = moments != NULL
    if not known.any():
        return days
    moment = moments[known] + DAYS_1970_TO_2000 * DAY
    day = moment // DAY  # in UTC; the local day is at most one beside it
    first, last = int(day.min()), int(day.max())
    midnights = np.array([_midnight(each, zone) for each in range(first, last + 2)])
    days[known] = day - (moment < midnights[day - first]) + (moment >= midnights[day - first + 1])
    return days


def _midnight(day: int, zone: ZoneInfo) -> int:
    """When the day begins in the zone, in microseconds since 1970 in UTC."""
    local = dt.datetime.combine(dt.date(1970, 1, 1) + dt.timedelta(day), dt.time(), zone)
    return int(local.timestamp()) * 10**6


@dataclass(frozen=True)
class OrderRows:
    """Live orders before as_of, by customer and then by time. Days are numbers since 1970.

    position: the customer's place, 0 … n-1. cost, promised, delivered: NULL where unknown.
    customised: 1, 0, or -1 unmarked. value_added: 1 or 0.
    """

    position: Integers
    day: Integers
    amount: Integers
    cost: Integers
    promised: Integers
    delivered: Integers
    customised: Integers
    value_added: Integers


def order_facts(
    rows: OrderRows, customers: int, as_of_day: int, windows: Windows
) -> tuple[Columns, Integers, Integers]:
    """Facts per customer, the distinct order days of all, and the offsets into them.

    Windows are half-open: [as_of - window, as_of). A customer without orders has counts of 0 and
    no first or last day (NaN).
    """
    counter = _Counter(rows.position, customers)
    start = as_of_day - windows.window_days
    in_window = rows.day >= start
    columns = _money(rows, counter, in_window, start - windows.window_days)
    columns |= {
        "order_count": counter.count(rows.day < as_of_day),
        "orders_in_window": counter.count(in_window),
        "bought_in_window": counter.any(in_window),
        "bought_before_window": counter.any((rows.day < start) & (rows.day >= start - windows.window_days)),
        "value_added_orders_in_window": counter.count(in_window & (rows.value_added == 1)),
        "customised_yes": counter.count(in_window & (rows.customised == 1)),
        "customised_no": counter.count(in_window & (rows.customised == 0)),
    }
    columns |= _deliveries(rows, counter, start, as_of_day)
    days, offsets, rhythm = _days(rows, customers, as_of_day, windows)
    return columns | rhythm, days, offsets


class _Counter:
    """Sums over the rows of each customer, exact in int64."""

    def __init__(self, position: Integers, customers: int) -> None:
        self.position, self.customers = position, customers

    def count(self, where: NDArray[np.bool_]) -> Integers:
        return np.bincount(self.position[where], minlength=self.customers)

    def any(self, where: NDArray[np.bool_]) -> Integers:
        return (self.count(where) > 0).astype(np.int64)

    def sum(self, values: Integers, where: NDArray[np.bool_]) -> Integers:
        # Not bincount with weights: that adds up floats, and money above 2**53 would be rounded.
        total = np.zeros(self.customers, dtype=np.int64)
        np.add.at(total, self.position[where], values[where])
        return total


def _money(rows: OrderRows, counter: _Counter, in_window: NDArray[np.bool_], before: int) -> Columns:
    everything = np.ones_like(in_window)
    before_window = ~in_window & (rows.day >= before)
    uncosted = rows.cost == NULL
    columns: Columns = {
        "revenue_total": counter.sum(rows.amount, everything),
        "revenue_in_window": counter.sum(rows.amount, in_window),
        "revenue_before_window": counter.sum(rows.amount, before_window),
    }
    for suffix, where in (("total", everything), ("in_window", in_window)):
        cost = counter.sum(np.where(uncosted, 0, rows.cost), where)
        profit = (columns[f"revenue_{suffix}"] - cost).astype(np.float64)
        # One order of unknown cost makes the profit unknown: revenue is not profit.
        profit[counter.count(where & uncosted) > 0] = np.nan
        columns[f"gross_profit_{suffix}"] = profit
    return columns


def _deliveries(rows: OrderRows, counter: _Counter, start: int, as_of_day: int) -> Columns:
    """What was promised for a day of the window; undelivered is as late as it is by now."""
    due = (rows.promised >= start) & (rows.promised < as_of_day)
    arrived = np.where(rows.delivered == NULL, as_of_day, rows.delivered)
    late = np.where(due, np.maximum(arrived - rows.promised, 0), 0)
    return {
        "deliveries_due": counter.count(due),
        "deliveries_on_time": counter.count(due & (late == 0)),
        "days_late_total": counter.sum(late, due),
    }


def _days(rows: OrderRows, customers: int, as_of_day: int, windows: Windows) -> tuple[Integers, Integers, Columns]:
    """Purchases of one day are one: the distinct days, their offsets and what follows of them."""
    first = np.ones(rows.day.size, dtype=bool)
    first[1:] = (np.diff(rows.day) != 0) | (np.diff(rows.position) != 0)
    day, position = rows.day[first], rows.position[first]
    counter = _Counter(position, customers)
    count = np.bincount(position, minlength=customers)
    offsets = np.concatenate(([0], np.cumsum(count)))
    bought = count > 0
    first_day = np.full(customers, np.nan)
    last_day = np.full(customers, np.nan)
    first_day[bought] = day[offsets[:-1][bought]]
    last_day[bought] = day[offsets[1:][bought] - 1]
    recent = as_of_day - windows.recent_days
    earlier = recent - windows.window_days
    columns: Columns = {
        "order_days": count,
        "days_since_first_order": as_of_day - first_day,
        "days_since_last_order": as_of_day - last_day,
        "order_days_in_window": counter.count(day >= as_of_day - windows.window_days),
        "order_days_recent": counter.count(day >= recent),
        "order_days_earlier": counter.count((day >= earlier) & (day < recent)),
    }
    columns["repeat_mean_value"] = _repeat_mean_value(rows, customers, first_day, count)
    return day, offsets, columns


def _repeat_mean_value(
    rows: OrderRows, customers: int, first_day: NDArray[np.float64], count: Integers
) -> NDArray[np.float64]:
    """Mean money of the order days after the first; NaN when there is none."""
    counter = _Counter(rows.position, customers)
    repeats = rows.day > first_day[rows.position]
    money = counter.sum(rows.amount, repeats)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 1, money / np.maximum(count - 1, 1), np.nan)
