"""The facts of customers for scoring: one row per customer, from rows dated before as_of.

One statement per source, over a range of customer keys, COPYed out as integers. Orders come
out unsummed in index order, because summing by day in numpy is cheaper than sorting in SQL
(measured in docs/benchmarks.md) and every window needs the days anyway.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmquality.lib.binary_copy import copy_out_integers
from crmquality.lib.copying import copy_out

from .models import ProductLine
from .order_facts import NULL, Integers, OrderRows, Windows, local_days, order_facts
from .record_facts import Records

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class KeyRange:
    """Customer keys from `low` to `high`, both included; `step` 10: only every tenth key."""

    low: int
    high: int
    step: int = 1

    def where(self, column: str) -> str:
        # Not "= 0", and no step of 1: of such an equality the planner expects next to no rows.
        every = f" AND {column} %% {self.step} < 1" if self.step > 1 else ""
        return f"{column} BETWEEN {self.low} AND {self.high}{every}"


@dataclass(frozen=True)
class CustomerFacts:
    """`frame`: one row per customer (index = key). `order_days`: the distinct order days of all,
    customer i's at `offsets[i]:offsets[i + 1]`, as day numbers since 1970. `bought_lines`: position
    and product line of everyone who bought of it in the window."""

    frame: pd.DataFrame
    order_days: Integers
    offsets: Integers
    bought_lines: tuple[Integers, Integers]


def day_number(day: dt.date) -> int:
    return (day - EPOCH).days


def collect(
    keys: KeyRange,
    as_of: dt.date,
    settings: Windows,
    zone: ZoneInfo,
    recorded: Mapping[str, bool],
) -> CustomerFacts:
    """Facts of every customer of `keys`, none left out; counts are 0 and unknowns are NaN.

    As known now: late and corrected records count, later events do not.
    """
    params = windows(as_of, settings, zone)
    sql = CUSTOMERS.format(customers=keys.where("c.id"), phases=keys.where("p.customer_id"))
    customers = copy_out(sql, params)
    index = pd.Index(customers.pop("id").astype(np.int64), name="customer_id")
    orders = _order_rows(keys, params, index.to_numpy(), zone)
    columns, order_days, offsets = order_facts(orders, len(index), day_number(as_of), settings)
    lines, bought_lines = _line_facts(keys, params, index, columns, recorded["deliveries"])
    columns |= lines
    _subtract_returns(columns, keys, params, index)
    columns |= Records(keys, params, index.to_numpy(), zone).facts(recorded)
    frame = pd.DataFrame(columns, index=index, dtype=np.float64)
    for name in ("tier", "segment", "stage"):
        frame[name] = customers[name].fillna("").to_numpy()
    for name in ("owner_id", "receivable", "overdue"):
        frame[name] = customers[name].to_numpy(dtype=np.float64)
    frame["credit_records"] = np.isfinite(frame["receivable"]) * 1.0
    return CustomerFacts(frame, order_days, offsets, bought_lines)


def windows(as_of: dt.date, settings: Windows, zone: ZoneInfo) -> dict[str, Any]:
    """The moments and days of the windows, as the statements of facts name them."""

    def midnight(days_before: int) -> dt.datetime:
        day = as_of - dt.timedelta(days=days_before)
        return dt.datetime.combine(day, dt.time(), tzinfo=zone)

    return {
        "as_of": as_of,
        "first": as_of - dt.timedelta(days=settings.window_days),
        "zone": str(zone),
        "end": midnight(0),
        "start": midnight(settings.window_days),
        "before": midnight(2 * settings.window_days),
        "null": NULL,
    }


# The range of keys is said of every table: the planner does not carry it over a join by itself.
CUSTOMERS = """
    SELECT DISTINCT ON (c.id) c.id, p.tier, p.segment, p.stage, p.owner_id, p.receivable, p.overdue
    FROM customers_customer c
    LEFT JOIN customers_customerphase p
        ON p.customer_id = c.id AND p.since < %(as_of)s AND {phases}
    WHERE {customers}
    ORDER BY c.id, p.since DESC
"""

ORDERS = """
    SELECT customer_id,
           placed_at,
           amount,
           COALESCE(cost, %(null)s),
           COALESCE(promised_on - DATE '1970-01-01', %(null)s),
           CASE WHEN delivered_at < %(end)s THEN delivered_at ELSE '-infinity' END,
           CASE customised WHEN true THEN 1 WHEN false THEN 0 ELSE -1 END,
           (value_added_service <> '')::int
    FROM customers_order
    WHERE {keys} AND placed_at < %(end)s
      AND (cancelled_at IS NULL OR cancelled_at >= %(end)s)
    ORDER BY customer_id, placed_at
"""
ORDER_COLUMNS = [
    "customer",
    "day",
    "amount",
    "cost",
    "promised",
    "delivered",
    "customised",
    "value_added",
]

LINES = """
    SELECT o.customer_id, COALESCE(p.line_id, -1),
           COALESCE(sum(l.quantity) FILTER (WHERE o.placed_at >= %(start)s), 0),
           COALESCE(sum(l.quantity)
               FILTER (WHERE o.delivered_at >= %(start)s AND o.delivered_at < %(end)s), 0)
    FROM customers_order o
    JOIN customers_orderline l ON l.customer_id = o.customer_id AND l.order_id = o.id AND {lines}
    JOIN customers_product p ON p.id = l.product_id
    WHERE {orders} AND o.placed_at < %(end)s
      AND (o.placed_at >= %(start)s OR o.delivered_at >= %(start)s)
      AND (o.cancelled_at IS NULL OR o.cancelled_at >= %(end)s)
    GROUP BY 1, 2
"""

RETURNS = """
    SELECT customer_id, sum(amount),
           COALESCE(sum(amount) FILTER (WHERE returned_at >= %(start)s), 0),
           COALESCE(sum(amount)
               FILTER (WHERE returned_at >= %(before)s AND returned_at < %(start)s), 0),
           COALESCE(sum(quantity) FILTER (WHERE returned_at >= %(start)s), 0)
    FROM customers_return
    WHERE {keys} AND returned_at < %(end)s
    GROUP BY 1
"""


def _order_rows(keys: KeyRange, params: dict[str, Any], index: Integers, zone: ZoneInfo) -> OrderRows:
    sql = ORDERS.format(keys=keys.where("customer_id"))
    rows = copy_out_integers(sql, params, ORDER_COLUMNS, moments=["day", "delivered"])
    for moment in ("day", "delivered"):
        rows[moment] = local_days(rows[moment], zone)
    position = np.searchsorted(index, rows.pop("customer"))
    return OrderRows(position=position, **rows)


def _line_facts(
    keys: KeyRange,
    params: dict[str, Any],
    index: pd.Index,
    orders: Mapping[str, NDArray[Any]],
    deliveries_recorded: bool,
) -> tuple[dict[str, NDArray[np.float64]], tuple[Integers, Integers]]:
    """Product lines and units of the window, and who bought of which line.

    Where deliveries are not recorded, what was ordered counts as delivered when ordered.
    """
    sql = LINES.format(orders=keys.where("o.customer_id"), lines=keys.where("l.customer_id"))
    rows = copy_out_integers(sql, params, ["customer", "line", "ordered", "delivered"])
    position = np.searchsorted(index.to_numpy(), rows["customer"])
    known = (rows["line"] >= 0) & (rows["ordered"] > 0)
    lines = np.bincount(position[known], minlength=len(index)).astype(np.float64)
    units = rows["delivered"] if deliveries_recorded else rows["ordered"]
    # Orders without a known product line: which lines were bought is unknown, not none.
    lines[(lines == 0) & (orders["orders_in_window"] > 0)] = np.nan
    facts = {
        "product_lines_in_window": lines,
        "units_delivered": np.bincount(position, units, len(index)).astype(np.float64),
    }
    return facts, (position[known], rows["line"][known])


GROUPS = """
    SELECT c.id, c.region, c.acquisition_channel AS channel, COALESCE(t.name, '') AS team
    FROM customers_customer c
    LEFT JOIN LATERAL (
        SELECT p.owner_id FROM customers_customerphase p
        WHERE p.customer_id = c.id AND p.since < %(as_of)s ORDER BY p.since DESC LIMIT 1
    ) AS p ON true
    LEFT JOIN office_member m ON m.id = p.owner_id LEFT JOIN office_team t ON t.id = m.team_id
    WHERE {keys} ORDER BY c.id
"""


def groups(keys: KeyRange, as_of: dt.date) -> pd.DataFrame:
    """Region, channel and the owner's team of every customer of `keys`, '' where unknown; index = key.

    The owner is as of the day, region and channel as known now.
    """
    return copy_out(GROUPS.format(keys=keys.where("c.id")), {"as_of": as_of}).fillna("").set_index("id")


def line_names() -> dict[int, str]:
    """Every product line's name by its key."""
    return dict(ProductLine.objects.values_list("pk", "name"))


def _subtract_returns(
    columns: dict[str, NDArray[Any]], keys: KeyRange, params: dict[str, Any], index: pd.Index
) -> None:
    """Returns reduce revenue and profit at the time of the return."""
    names = ["customer", "total", "in_window", "before_window", "units"]
    sql = RETURNS.format(keys=keys.where("customer_id"))
    rows = copy_out_integers(sql, params, names)
    position = np.searchsorted(index.to_numpy(), rows["customer"])

    def spread(name: str) -> NDArray[np.int64]:
        values = np.zeros(len(index), dtype=np.int64)
        values[position] = rows[name]
        return values

    for suffix in ("total", "in_window"):
        columns[f"gross_profit_{suffix}"] = columns[f"gross_profit_{suffix}"] - spread(suffix)
    for suffix in ("total", "in_window", "before_window"):
        columns[f"revenue_{suffix}"] = columns[f"revenue_{suffix}"] - spread(suffix)
    columns["units_returned"] = spread("units")
