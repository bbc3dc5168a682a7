"""The vectorised facts against a plain loop over each customer's orders."""

import datetime as dt
import math
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from customers.order_facts import NULL, OrderRows, local_days, order_facts
from scoring.engine.settings import Settings

AS_OF = 2000
WINDOWS = Settings()


@dataclass(frozen=True)
class Bought:
    day: int
    amount: int
    cost: int | None
    promised: int | None
    delivered: int | None
    customised: int
    value_added: int


days = st.integers(AS_OF - 1200, AS_OF - 1)
orders = st.builds(
    Bought,
    day=days,
    amount=st.integers(0, 10**9),
    cost=st.none() | st.integers(0, 10**9),
    promised=st.none() | st.integers(AS_OF - 800, AS_OF + 50),
    delivered=st.none() | st.integers(AS_OF - 800, AS_OF - 1),
    customised=st.sampled_from([-1, 0, 1]),
    value_added=st.sampled_from([0, 1]),
)
companies = st.lists(st.lists(orders, max_size=6), min_size=1, max_size=5)


def rows_of(company: list[list[Bought]]) -> OrderRows:
    ordered = [(place, each) for place, mine in enumerate(company) for each in sorted(mine, key=lambda one: one.day)]

    def column(name: str) -> np.ndarray:
        values = [getattr(each, name) for _, each in ordered]
        return np.array([NULL if value is None else value for value in values], dtype=np.int64)

    names = ("day", "amount", "cost", "promised", "delivered", "customised", "value_added")
    places = np.array([place for place, _ in ordered], dtype=np.int64)
    return OrderRows(position=places, **{name: column(name) for name in names})


def by_hand(mine: list[Bought]) -> dict[str, float]:
    start = AS_OF - 365
    window = [each for each in mine if each.day >= start]
    due = [each for each in mine if each.promised is not None and start <= each.promised < AS_OF]
    late = [max((AS_OF if each.delivered is None else each.delivered) - each.promised, 0) for each in due]
    distinct = sorted({each.day for each in mine})
    repeats = [each.amount for each in mine if each.day != distinct[0]] if mine else []

    def profit(some: list[Bought]) -> float:
        if any(each.cost is None for each in some):
            return math.nan
        return float(sum(each.amount - each.cost for each in some))

    return {
        "order_count": len(mine),
        "order_days": len(distinct),
        "days_since_first_order": AS_OF - distinct[0] if mine else math.nan,
        "days_since_last_order": AS_OF - distinct[-1] if mine else math.nan,
        "orders_in_window": len(window),
        "order_days_in_window": len({each.day for each in window}),
        "order_days_recent": sum(day >= AS_OF - 90 for day in distinct),
        "order_days_earlier": sum(AS_OF - 455 <= day < AS_OF - 90 for day in distinct),
        "revenue_total": sum(each.amount for each in mine),
        "revenue_in_window": sum(each.amount for each in window),
        "revenue_before_window": sum(each.amount for each in mine if start - 365 <= each.day < start),
        "gross_profit_total": profit(mine),
        "gross_profit_in_window": profit(window),
        "repeat_mean_value": sum(repeats) / (len(distinct) - 1) if len(distinct) > 1 else math.nan,
        "bought_before_window": any(start - 365 <= each.day < start for each in mine),
        "bought_in_window": bool(window),
        "deliveries_due": len(due),
        "deliveries_on_time": late.count(0),
        "days_late_total": sum(late),
        "customised_yes": sum(each.customised == 1 for each in window),
        "customised_no": sum(each.customised == 0 for each in window),
        "value_added_orders_in_window": sum(each.value_added for each in window),
    }


@given(companies)
def test_the_columns_are_what_a_plain_loop_counts(company):
    columns, _, _ = order_facts(rows_of(company), len(company), AS_OF, WINDOWS)
    for place, mine in enumerate(company):
        expected = by_hand(mine)
        assert expected.keys() == columns.keys()
        for name, value in expected.items():
            np.testing.assert_equal(float(columns[name][place]), float(value), err_msg=name)


@given(companies)
def test_one_customer_alone_has_the_same_facts_as_among_others(company):
    columns, flat, offsets = order_facts(rows_of(company), len(company), AS_OF, WINDOWS)
    for place, mine in enumerate(company):
        alone, own_days, _ = order_facts(rows_of([mine]), 1, AS_OF, WINDOWS)
        np.testing.assert_array_equal(flat[offsets[place] : offsets[place + 1]], own_days)
        for name, column in alone.items():
            assert column[0].tobytes() == columns[name][place].tobytes(), name


moments = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2037, 1, 1), timezones=st.just(dt.UTC))
# Ahead and behind by most, with clocks that go forward at midnight, and by a quarter of an hour.
zones = st.sampled_from(["Asia/Shanghai", "Pacific/Kiritimati", "Etc/GMT+12", "America/Sao_Paulo", "Asia/Kathmandu"])


@given(st.lists(st.none() | moments, max_size=9), zones)
def test_a_moment_falls_on_the_day_that_the_clocks_of_the_zone_show(found, zone):
    start = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    stored = [NULL if each is None else (each - start) // dt.timedelta(microseconds=1) for each in found]
    days = local_days(np.array(stored, dtype=np.int64), ZoneInfo(zone)).tolist()
    shown = [None if day == NULL else dt.date(1970, 1, 1) + dt.timedelta(day) for day in days]
    assert shown == [each and each.astimezone(ZoneInfo(zone)).date() for each in found]
