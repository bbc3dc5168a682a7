"""Reasons add up: contributions to the score, moves to the change, shown numbers to their total."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.definition import Definition
from scoring.engine.explain import contributions, explain, round_to_sum, what_moved
from scoring.engine.measure import measure
from scoring.engine.scales import points
from scoring.engine.score import score_shard
from scoring.engine.settings import Settings
from scoring.presets import BY_SLUG


def model(mean, policy):
    data = BY_SLUG["orders"].definition.to_dict() | {"mean": mean}
    for criterion in data["criteria"]:
        for member in criterion["members"]:
            member["policy"] = policy
    return Definition.from_dict(data)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@pytest.mark.parametrize("policy", ["exclude", "neutral", "penalise"])
def test_contributions_add_up_to_the_score(market, calibration, everything, mean, policy):
    definition = model(mean, policy)
    readings = measure(market, everything, Settings(), calibration).values
    segments = market["segment"]
    score = score_shard(readings, segments, definition, calibration).score
    shard = points(readings, segments, definition, calibration)
    weights, parts = contributions(shard, segments, definition, calibration)
    known = ~np.isnan(score)
    assert np.abs(parts.sum(axis=1) - np.nan_to_num(score)).max() < 1e-9
    assert weights[known].sum(axis=1) == pytest.approx(1)
    assert (weights >= 0).all()
    assert (parts[~known] == 0).all()


def test_an_explanation_says_what_was_read_and_what_was_not(market, calibration, everything):
    definition = BY_SLUG["orders"].definition
    facts = market.assign(units_delivered=0.0, units_returned=0.0)
    readings = measure(facts, everything, Settings(), calibration).values
    columns = score_shard(readings, market["segment"], definition, calibration)
    row = int(np.argmax(columns.score > 50))
    found = explain(readings[row], market["segment"].iloc[row], definition, calibration)
    assert found.score == columns.score[row]
    assert (found.coverage, found.low, found.high) == (
        columns.coverage[row],
        columns.low[row],
        columns.high[row],
    )
    returns = next(each for each in found.contributions if each.indicator == "return_rate")
    assert (returns.reading, returns.points, returns.weight, returns.contribution) == (
        None,
        None,
        0,
        0,
    )
    assert returns.nominal == pytest.approx(0.10)
    assert math.fsum(found.by_indicator().values()) == pytest.approx(found.score, abs=1e-9)


def test_a_customer_without_data_is_explained_without_a_score(calibration):
    from scoring.engine.indicators import REGISTRY

    found = explain(np.full(len(REGISTRY), np.nan), None, model("geometric", "exclude"), calibration)
    assert found.score is None
    assert found.coverage == 0
    assert {each.contribution for each in found.contributions} == {0}


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_what_data_and_what_rules_moved_add_up_to_the_change(market, calibration, everything, mean):
    readings = measure(market, everything, Settings(), calibration).values
    old, new = model(mean, "exclude"), BY_SLUG["key-account"].definition
    for first in range(0, 60, 2):
        segments = market["segment"].iloc[first : first + 2].tolist()
        before = explain(readings[first], segments[0], old, calibration)
        between = explain(readings[first + 1], segments[1], old, calibration)
        after = explain(readings[first + 1], segments[1], new, calibration)
        if None in (before.score, between.score, after.score):
            continue
        moved = what_moved(before.by_indicator(), after.by_indicator(), between.by_indicator())
        assert math.fsum(moved.data.values()) == pytest.approx(between.score - before.score, abs=1e-9)
        assert math.fsum(moved.rules.values()) == pytest.approx(after.score - between.score, abs=1e-9)
        assert moved.total == pytest.approx(after.score - before.score, abs=1e-9)
        assert "lifetime_value" in moved.rules


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.integers(0, 3))
def test_shown_numbers_add_up_to_the_shown_total(values, decimals):
    total = math.fsum(values)
    shown = round_to_sum(values, total, decimals)
    assert math.fsum(shown) == pytest.approx(round(total, decimals), abs=1.01 / 10**decimals / 100 + 1e-9)
    assert max(abs(a - b) for a, b in zip(shown, values, strict=True)) < 1.0001 / 10**decimals


def test_values_that_do_not_add_up_are_refused():
    with pytest.raises(ValueError, match="do not add up"):
        round_to_sum([1, 2], 9, 1)


def test_ties_go_to_the_earlier():
    assert round_to_sum([0.5, 0.5, 0.5, 0.5], 2.0, 0) == [1, 1, 0, 0]
