"""Scores: weighted means that say how much they know."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.aggregate import effective_weights, geometric_mean, weighted_mean

POLICIES = ("exclude", "neutral", "penalise")


def test_the_arithmetic_mean_of_complete_points():
    mean = weighted_mean([80, 60], [3, 1])
    assert (mean.score, mean.coverage, mean.low, mean.high) == (75, 1, 75, 75)


def test_an_excluded_weight_goes_to_the_rest_of_its_criterion_first():
    # Criterion 0 weighs 60: 30 are missing, so the other 30 count as 60.
    mean = weighted_mean([90, None, 40], [30, 30, 40], criteria=["a", "a", "b"])
    assert mean.score == pytest.approx(0.6 * 90 + 0.4 * 40)
    assert mean.coverage == pytest.approx(0.7)
    assert (mean.low, mean.high) == pytest.approx((43, 73))


def test_the_weight_of_a_criterion_without_data_goes_to_the_others():
    mean = weighted_mean([None, None, 40, 80], [30, 30, 30, 10], criteria=["a", "a", "b", "c"])
    assert mean.score == pytest.approx(50)


def test_neutral_puts_the_neutral_points_and_keeps_the_coverage():
    mean = weighted_mean([90, None], [1, 1], policy="neutral", neutral=[0, 50])
    assert (mean.score, mean.coverage) == (70, 0.5)


def test_neutral_points_that_are_unknown_are_excluded():
    mean = weighted_mean([90, None], [1, 1], policy="neutral", neutral=[0, None])
    assert mean.score == 90


def test_penalise_counts_as_no_points():
    mean = weighted_mean([90, None], [1, 1], policy="penalise")
    assert (mean.score, mean.low, mean.high) == (45, 45, 95)


def test_each_indicator_may_have_its_own_policy():
    mean = weighted_mean([90, None, None], [2, 1, 1], policy=["exclude", "penalise", "exclude"])
    assert mean.score == pytest.approx(60)


def test_without_any_points_there_is_no_score():
    mean = weighted_mean([None, None], [1, 1])
    assert math.isnan(mean.score)
    assert (mean.coverage, mean.low, mean.high) == (0, 0, 100)
    assert effective_weights([None, None], [1, 1]).tolist() == [0, 0]


def test_the_geometric_mean_does_not_let_a_very_bad_reading_be_bought_off():
    assert geometric_mean([100, 0], [1, 1]).score == pytest.approx(10)
    assert geometric_mean([100, 100], [1, 1]).score == pytest.approx(100)
    missing = geometric_mean([100, None], [1, 1])
    assert (missing.low, missing.high) == pytest.approx((10, 100))


def test_rounding_puts_no_end_of_the_range_beyond_the_score():
    found = geometric_mean([[100.0]], [1.0])
    assert found.low[0] <= found.score[0] == 100.0


def test_rows_are_scored_apart():
    mean = weighted_mean([[80, 60], [None, 60], [None, None]], [1, 1])
    assert mean.score == pytest.approx([70, 60, math.nan], nan_ok=True)
    assert mean.coverage == pytest.approx([1, 0.5, 0])


@pytest.mark.parametrize(
    "points, weights, more, words",
    [
        ([50, 101], [1, 1], {}, "between 0 and 100"),
        ([50, -1], [1, 1], {}, "between 0 and 100"),
        ([50, 50], [1], {}, "one weight for each"),
        ([50, 50], [0, 0], {}, "not all zero"),
        ([50, 50], [-1, 2], {}, "none negative"),
        ([50, 50], [math.nan, 2], {}, "finite"),
        ([], [], {}, "one row or customers"),
        ([50, 50], [1, 1], {"criteria": [1]}, "one criterion for each"),
        ([50, 50], [1, 1], {"policy": "guess"}, "policy must be"),
        ([50, 50], [1, 1], {"policy": ["exclude"]}, "policy must be"),
        ([50, 50], [1, 1], {"policy": "neutral"}, "needs the neutral points"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(points, weights, more, words):
    with pytest.raises(ValueError, match=words):
        weighted_mean(points, weights, **more)


points = st.one_of(st.none(), st.floats(0, 100))


@st.composite
def tasks(draw):
    k = draw(st.integers(1, 7))
    n = draw(st.integers(1, 6))
    rows = draw(st.lists(st.lists(points, min_size=k, max_size=k), min_size=n, max_size=n))
    weights = draw(st.lists(st.floats(0.01, 100), min_size=k, max_size=k))
    criteria = draw(st.lists(st.integers(0, 2), min_size=k, max_size=k))
    policy = draw(st.lists(st.sampled_from(POLICIES), min_size=k, max_size=k))
    neutral = draw(st.lists(st.floats(0, 100), min_size=k, max_size=k))
    return np.array(rows, dtype=float), (weights, criteria, policy, neutral)


@given(tasks(), st.sampled_from([weighted_mean, geometric_mean]))
def test_the_score_lies_in_its_range_and_the_range_closes_with_full_coverage(task, mean):
    rows, rules = task
    found = mean(rows, *rules)
    known = ~np.isnan(found.score)
    assert (found.low[known] <= found.score[known]).all()
    assert (found.score[known] <= found.high[known]).all()
    assert ((found.coverage >= 0) & (found.coverage <= 1)).all()
    full = ~np.isnan(rows).any(axis=1)
    assert found.high[full] == pytest.approx(found.low[full], abs=1e-9)


@given(tasks())
def test_effective_weights_add_up_to_one_or_there_is_no_score(task):
    rows, rules = task
    total = effective_weights(rows, *rules).sum(axis=1)
    none = np.isnan(weighted_mean(rows, *rules).score)
    assert total == pytest.approx(np.where(none, 0, 1))


@given(tasks(), st.sampled_from([weighted_mean, geometric_mean]))
def test_one_row_gives_the_same_bits_as_many(task, mean):
    rows, rules = task
    together = mean(rows, *rules)
    for place, row in enumerate(rows):
        alone = mean(row, *rules)
        for name in ("score", "coverage", "low", "high"):
            left, right = getattr(alone, name), getattr(together, name)[place]
            assert left == right or (math.isnan(left) and math.isnan(right))


@given(tasks(), st.floats(0, 100))
def test_better_points_never_lower_the_score(task, better):
    rows, rules = task
    raised = rows.copy()
    raised[:, 0] = np.where(np.isnan(rows[:, 0]), np.nan, np.maximum(rows[:, 0], better))
    before, after = weighted_mean(rows, *rules).score, weighted_mean(raised, *rules).score
    known = ~np.isnan(before)
    assert (after[known] >= before[known] - 1e-9).all()
