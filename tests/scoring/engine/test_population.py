"""Groups of customers: the same sums however the shards are cut, and honest figures."""

import numpy as np
import pandas as pd
import pytest

from scoring.engine import facts_table
from scoring.engine.population import Membership, combine, figure, partial_sums, wilson
from scoring.engine.settings import Settings


def sums_of(facts, calibration, everything, **cuts):
    groups = {cut: Membership.of_all(labels) for cut, labels in cuts.items()}
    return combine([partial_sums(facts, everything, Settings(), calibration, groups)])


def row(sums, indicator_id, cut="all", label=""):
    found = sums[(sums.cut == cut) & (sums.label == label) & (sums.indicator == indicator_id)]
    return found[["numerator", "denominator", "n"]].iloc[0].tolist()


def test_retention_is_about_the_same_people(calibration, everything):
    # Three opening customers, one of whom stays; a win-back and a new customer change nothing.
    facts = facts_table.empty(range(5), bought_before_window=[1, 1, 1, 0, 0], bought_in_window=[1, 0, 0, 1, 1])
    sums = sums_of(facts, calibration, everything)
    assert row(sums, "retention_rate") == [1, 3, 3]
    assert row(sums, "churn_rate") == [2, 3, 3]
    retention, churn = (figure(name, *row(sums, name)).value for name in ("retention_rate", "churn_rate"))
    assert retention + churn == pytest.approx(1)


def test_repeat_purchase_counts_different_days_of_buyers(calibration, everything):
    facts = facts_table.empty(range(4), order_days_in_window=[0, 1, 2, 5])
    assert row(sums_of(facts, calibration, everything), "repeat_purchase_rate") == [2, 3, 3]


def test_growth_of_a_group_is_the_growth_of_its_sum(calibration, everything):
    facts = facts_table.empty(range(2), revenue_in_window=[50, 100], revenue_before_window=[100, 0])
    sums = row(sums_of(facts, calibration, everything), "sales_growth")
    assert sums == [150, 100, 1]
    assert figure("sales_growth", *sums).value == pytest.approx(0.5)


def test_a_groups_lapsed_customers_are_a_share_of_those_who_ever_ordered(calibration, everything):
    facts = facts_table.empty(range(3), days_since_last_order=[10, 400, np.nan])
    assert row(sums_of(facts, calibration, everything), "lapsed") == [1, 2, 2]


def test_unknown_product_lines_are_not_no_product_lines(calibration, everything):
    facts = facts_table.empty(range(4), order_count=[9, 9, 9, 0], product_lines_in_window=[2, 0, np.nan, 0])
    assert row(sums_of(facts, calibration, everything), "cross_sell") == [1, 2, 2]


def test_take_up_of_services_is_a_share_of_the_windows_buyers(calibration, everything):
    facts = facts_table.empty(range(3), orders_in_window=[3, 1, 0], value_added_orders_in_window=[2, 0, 0])
    assert row(sums_of(facts, calibration, everything), "cross_sell.value_added") == [1, 2, 2]


def test_a_customer_may_belong_to_several_groups_or_none(calibration, everything):
    facts = facts_table.empty(range(3), bought_before_window=[1, 1, 1], bought_in_window=[1, 0, 1])
    lines = Membership(np.array([0, 0, 1]), np.array(["pumps", "seals", "pumps"], dtype=object))
    sums = combine([partial_sums(facts, everything, Settings(), calibration, {"line": lines})])
    assert row(sums, "retention_rate", "line", "pumps") == [1, 2, 2]
    assert row(sums, "retention_rate", "line", "seals") == [1, 1, 1]
    assert row(sums, "retention_rate") == [2, 3, 3]


def test_an_empty_base_has_no_figure():
    nothing = figure("retention_rate", 0, 0, 0)
    assert (nothing.value, nothing.low, nothing.high) == (None, None, None)


def test_a_share_carries_its_n_and_its_wilson_interval_and_a_mean_does_not():
    share = figure("retention_rate", 8, 10, 10)
    assert (share.value, share.n) == (0.8, 10)
    assert (share.low, share.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    mean = figure("delivery_delay", 30, 12, 5)
    assert (mean.value, mean.low, mean.n) == (2.5, None, 5)


def test_wilson_stays_within_0_and_1():
    assert wilson(0, 1)[0] == 0
    assert wilson(1, 1)[1] == 1


def test_the_figures_agree_with_counting(market, calibration, everything):
    sums = sums_of(market, calibration, everything, segment=market["segment"])
    opening = market[(market.bought_before_window == 1) & (market.segment == "retail")]
    stayed = (opening.bought_in_window == 1).sum()
    assert row(sums, "retention_rate", "segment", "retail") == [stayed, len(opening), len(opening)]
    assert row(sums, "revenue")[0] == market["revenue_in_window"].sum()


def test_shards_in_any_size_and_order_give_the_same_sums(market, calibration, everything):
    def part(facts):
        return partial_sums(facts, everything, Settings(), calibration, {"tier": Membership.of_all(facts["segment"])})

    integers = [
        "retention_rate",
        "revenue",
        "sales_growth",
        "on_time_delivery",
        "return_rate",
        "lapsed",
    ]
    whole = combine([part(market)])
    shuffled = market.sample(frac=1, random_state=1)
    pieces = [shuffled.iloc[start : start + 37] for start in range(0, len(market), 37)]
    together = combine([part(piece) for piece in pieces])
    exact = whole.indicator.isin(integers)
    pd.testing.assert_frame_equal(whole[exact], together[exact], check_exact=True)
    pd.testing.assert_frame_equal(whole, together, rtol=1e-12)


def test_not_recorded_has_no_sums(market, calibration):
    sums = partial_sums(market, {"orders": True}, Settings(), calibration)
    assert "return_rate" not in set(sums.indicator)
    assert "revenue" in set(sums.indicator)


def test_nothing_combines_to_nothing():
    assert combine([]).empty
