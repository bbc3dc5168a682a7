"""Facts are asked on paper-and-pencil customers: what counts, in which window, and what is unknown."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from customers.facts import KeyRange, collect
from customers.models import ProductLine
from scoring.engine.settings import Settings
from tests.records import at, customer, line, order, product, sent_back

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2025, 7, 1)
RECORDED = {"deliveries": True}
LONDON = ZoneInfo("Europe/London")


def facts_of(*customers, as_of=AS_OF, recorded=RECORDED, zone=LONDON, step=1) -> pd.DataFrame:
    keys = [each.pk for each in customers]
    return collect(KeyRange(min(keys), max(keys), step), as_of, Settings(), zone, recorded).frame


def test_a_customer_without_orders_has_counts_of_zero_and_no_days():
    facts = facts_of(customer()).iloc[0]
    assert facts.order_count == 0
    assert facts.revenue_total == 0
    assert np.isnan(facts.days_since_last_order)
    assert np.isnan(facts.repeat_mean_value)


def test_orders_of_one_day_are_one_purchase():
    buyer = customer()
    order(buyer, "2025-03-01", 100)
    order(buyer, "2025-03-01", 200)
    order(buyer, "2025-03-11", 400)
    facts = facts_of(buyer).iloc[0]
    assert (facts.order_count, facts.order_days) == (3, 2)
    assert facts.repeat_mean_value == 400
    assert facts.days_since_first_order == 122
    assert facts.days_since_last_order == 112


def test_windows_are_half_open_and_local():
    buyer = customer()
    order(buyer, "2024-07-01", 1)
    order(buyer, "2024-06-30", 10)
    order(buyer, "2025-06-30", 100, placed_at=dt.datetime(2025, 6, 30, 22, 59, tzinfo=dt.UTC))
    order(buyer, "2025-07-01", 1000, placed_at=dt.datetime(2025, 6, 30, 23, 1, tzinfo=dt.UTC))
    facts = facts_of(buyer).iloc[0]
    assert facts.revenue_in_window == 101
    assert facts.revenue_before_window == 10
    assert facts.revenue_total == 111, "23:01 UTC is past midnight in London in summer"


def test_an_order_cancelled_later_was_alive_then():
    buyer = customer()
    order(buyer, "2025-06-01", 100, cancelled_at=at("2025-07-10"))
    assert facts_of(buyer).iloc[0].revenue_total == 100
    assert facts_of(buyer, as_of=dt.date(2025, 7, 11)).iloc[0].revenue_total == 0


def test_returns_reduce_revenue_and_profit_when_they_happen():
    buyer = customer()
    bought = line(order(buyer, "2024-01-10", 1000, cost=600), product(), 10)
    sent_back(bought, "2025-02-01", 2, 200)
    facts = facts_of(buyer).iloc[0]
    assert facts.revenue_total == 800
    assert facts.revenue_in_window == -200
    assert facts.gross_profit_total == 200
    assert facts.units_returned == 2


def test_one_order_of_unknown_cost_makes_the_profit_unknown():
    buyer = customer()
    order(buyer, "2025-02-01", 1000, cost=600)
    assert facts_of(buyer).iloc[0].gross_profit_total == 400
    order(buyer, "2023-02-01", 1000)
    facts = facts_of(buyer).iloc[0]
    assert np.isnan(facts.gross_profit_total)
    assert facts.gross_profit_in_window == 400


def test_overdue_and_undelivered_is_late_and_cancelled_is_out():
    buyer = customer()
    on_time = {"promised_on": dt.date(2025, 6, 10), "delivered_at": at("2025-06-10", 23)}
    late = {"promised_on": dt.date(2025, 6, 10), "delivered_at": at("2025-06-13")}
    order(buyer, "2025-06-01", **on_time)
    order(buyer, "2025-06-01", **late)
    order(buyer, "2025-06-01", promised_on=dt.date(2025, 6, 21))
    order(buyer, "2025-06-01", promised_on=dt.date(2025, 6, 10), cancelled_at=at("2025-06-05"))
    order(buyer, "2025-06-01", promised_on=dt.date(2025, 7, 1))
    facts = facts_of(buyer).iloc[0]
    assert (facts.deliveries_due, facts.deliveries_on_time) == (3, 1)
    assert facts.days_late_total == 3 + 10


def test_a_delivery_after_as_of_has_not_happened_yet():
    buyer = customer()
    order(buyer, "2025-06-01", promised_on=dt.date(2025, 6, 30), delivered_at=at("2025-07-02"))
    assert facts_of(buyer).iloc[0].deliveries_on_time == 0


def test_product_lines_are_counted_once_and_unknown_lines_are_not_none():
    paper, ink = ProductLine.objects.create(name="Paper"), ProductLine.objects.create(name="Ink")
    buyer, stranger = customer(), customer()
    first = order(buyer, "2025-05-01")
    for code, of in (("a", paper), ("b", paper), ("c", ink)):
        line(first, product(code, line=of))
    line(order(stranger, "2025-05-01"), product("d"))
    facts = facts_of(buyer, stranger)
    assert facts.product_lines_in_window.iloc[0] == 2
    assert np.isnan(facts.product_lines_in_window.iloc[1])


def test_units_count_as_delivered_when_ordered_where_deliveries_are_not_recorded():
    buyer = customer()
    line(order(buyer, "2025-05-01"), product(), 7)
    assert facts_of(buyer).iloc[0].units_delivered == 0
    assert facts_of(buyer, recorded={"deliveries": False}).iloc[0].units_delivered == 7


def test_unmarked_orders_are_neither_customised_nor_not():
    buyer = customer()
    for customised in (True, False, False, None):
        order(buyer, "2025-05-01", customised=customised)
    facts = facts_of(buyer).iloc[0]
    assert (facts.customised_yes, facts.customised_no) == (1, 2)


def test_tier_segment_and_owner_are_those_of_the_day(agent):
    buyer = customer(segment="Retail", tier="C")
    buyer.phases.create(since=dt.date(2025, 1, 1), segment="Retail", tier="A", owner=agent)
    buyer.phases.create(since=dt.date(2025, 7, 1), segment="Wholesale", tier="B")
    before, then, after = (
        facts_of(buyer, as_of=day).iloc[0] for day in (dt.date(2024, 12, 31), AS_OF, dt.date(2025, 7, 2))
    )
    assert (before.tier, then.tier, after.tier) == ("C", "A", "B")
    assert then.owner_id == agent.pk
    assert after.segment == "Wholesale"


def test_money_beyond_what_a_float_holds_exactly_is_summed_exactly():
    buyer = customer()
    order(buyer, "2025-05-01", 2**53)
    order(buyer, "2025-05-02", 1)
    order(buyer, "2025-05-03", 1)
    assert facts_of(buyer).iloc[0].revenue_total == 2**53 + 2


def test_a_step_takes_every_so_manieth_customer_with_its_own_facts():
    many = [customer() for _ in range(10)]
    for each in many:
        order(each, "2025-05-01", each.pk)
    sampled = facts_of(*many, step=3)
    assert set(sampled.index) == {each.pk for each in many if each.pk % 3 == 0}
    assert (sampled.revenue_total == sampled.index).all()
