"""Matching and difference in differences."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.engine.effects import Effect, difference_in_differences, match

places = st.integers(-20, 20).map(float)


def test_card_and_krueger_s_effect_of_the_minimum_wage_on_employment():
    # American Economic Review 84(4), table 3: New Jersey 20.44 to 21.03, Pennsylvania 23.33 to 21.17;
    # full-time equivalents per store. The stores here have the published means.
    spread = np.array([-4.0, 0.0, 4.0])
    result = difference_in_differences(20.44 + spread, 21.03 + spread, 23.33 + spread, 21.17 + spread)
    assert result.effect == pytest.approx(2.75, abs=0.005)


def test_the_bootstrap_agrees_with_the_textbook_error():
    rng = np.random.default_rng(1)
    treated, control = rng.normal(3, 4, 400), rng.normal(1, 2, 300)
    result = difference_in_differences(np.zeros(400), treated, np.zeros(300), control)
    error = np.sqrt(treated.var(ddof=1) / 400 + control.var(ddof=1) / 300)
    assert result.standard_error == pytest.approx(error, rel=0.06)
    assert result.low == pytest.approx(result.effect - 1.96 * error, abs=0.06)
    assert result.high == pytest.approx(result.effect + 1.96 * error, abs=0.06)
    wider = difference_in_differences(np.zeros(400), treated, np.zeros(300), control, confidence=0.99)
    assert wider.low < result.low < result.high < wider.high


def test_pairs_that_move_together_are_surer_than_two_groups():
    rng = np.random.default_rng(2)
    together = rng.normal(0, 5, 200)
    before, treated, control = np.zeros(200), together + 1 + rng.normal(0, 1, 200), together + rng.normal(0, 1, 200)
    pairs = [(i, i) for i in range(200)]
    paired = difference_in_differences(before, treated, before, control, pairs=pairs)
    apart = difference_in_differences(before, treated, before, control)
    assert paired.effect == pytest.approx(apart.effect)
    assert paired.standard_error < apart.standard_error / 2
    assert paired.low < 1 < paired.high


def test_the_same_seed_gives_the_same_interval():
    facts = [1.0, 2, 3], [2.0, 4, 3], [1.0, 2], [1.0, 3]
    assert difference_in_differences(*facts) == difference_in_differences(*facts)
    assert difference_in_differences(*facts, seed=1).effect == difference_in_differences(*facts).effect


def test_whoever_has_an_unknown_reading_is_left_out():
    result = difference_in_differences([1, np.nan, 3], [2, 5, 5], [1, 2, 3], [1, np.nan, 4])
    assert (result.effect, result.n_treated, result.n_control) == (1.0, 2, 2)
    paired = difference_in_differences(
        [1, np.nan, 3], [2, 5, 5], [1, 2, 3], [1, np.nan, 4], pairs=[[0, 0], [1, 2], [2, 1]]
    )
    assert (paired.effect, paired.n_treated, paired.n_control) == (1.0, 1, 1)


def test_a_single_customer_has_an_effect_but_no_error():
    result = difference_in_differences([1], [4], [1, 2], [2, 3])
    assert result.effect == 2
    assert np.isnan([result.standard_error, result.low, result.high]).all()


def test_nobody_on_a_side_has_no_effect():
    assert difference_in_differences([], [], [1], [2]) is None
    assert difference_in_differences([np.nan], [1], [1], [2]) is None
    assert difference_in_differences([1], [2], [1], [2], pairs=[]) is None


@settings(deadline=None)
@given(st.lists(st.tuples(places, places, places, places), min_size=1, max_size=8), places, places)
def test_what_moves_everybody_alike_has_no_effect(rows, shift, level):
    before, after, control_before, control_after = np.array(rows).T
    plain = difference_in_differences(before, after, control_before, control_after)
    shifted = difference_in_differences(before + level, after + shift, control_before, control_after + shift - level)
    assert isinstance(plain, Effect)
    assert shifted.effect == pytest.approx(plain.effect)


def test_matching_takes_the_least_total_distance_and_not_the_first_best():
    # The first best would give 0 to 1 and leave 10 for 2.
    assert match([[0.0], [2.0]], [[1.0], [-1.5], [10.0]]).tolist() == [[0, 1], [1, 0]]


def test_distances_count_in_standard_deviations():
    # In money the second candidate is nearer, but a thousand is little where it varies by thousands.
    treated = [[10_000.0, 1.0]]
    candidates = [[11_000.0, 1.0], [10_000.0, 5.0], [90_000.0, 3.0], [50_000.0, 2.0]]
    assert match(treated, candidates).tolist() == [[0, 0]]


@settings(deadline=None)
@given(
    arrays(float, st.tuples(st.integers(1, 4), st.just(2)), elements=places),
    arrays(float, st.tuples(st.integers(1, 6), st.just(2)), elements=places),
)
def test_no_other_pairing_is_closer(treated, candidates):
    pairs = match(treated, candidates)
    size = min(len(treated), len(candidates))
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs) == size
    spread = np.vstack([treated, candidates]).std(axis=0)
    scale = np.where(spread > 0, spread, 1)
    distance = np.linalg.norm(treated[:, None] / scale - candidates[None] / scale, axis=2)
    got = distance[pairs[:, 0], pairs[:, 1]].sum()
    few, many = sorted(distance.shape)
    table = distance if distance.shape == (few, many) else distance.T
    best = min(table[range(few), list(order)].sum() for order in permutations(range(many), few))
    assert got == pytest.approx(best, abs=1e-9)


def test_exact_columns_must_agree_and_the_rest_only_come_close():
    treated, candidates = [[1, 5.0], [2, 5.0], [3, 5.0]], [[2, 90.0], [1, 40.0], [1, 5.1]]
    assert match(treated, candidates, exact=[0]).tolist() == [[0, 2], [1, 0]]
    assert match([[1], [1], [2]], [[2], [1]], exact=[0])[:, 1].tolist() in ([1, 0], [1, 0])


def test_a_crowd_in_one_place_still_finds_a_partner_each():
    treated, candidates = np.zeros((100, 1)), np.concatenate([np.zeros(90), np.ones(30)])
    pairs = match(treated, candidates[:, None])
    assert len(pairs) == len(set(pairs[:, 1])) == 100
    assert (candidates[pairs[:, 1]] == 0).sum() == 90


def test_the_unknown_and_the_left_over_have_no_pair():
    pairs = match([[1.0], [np.nan], [3.0]], [[np.nan], [1.1]])
    assert pairs.tolist() == [[0, 1]]
    assert match([[np.nan]], [[1.0]]).shape == match(np.empty((0, 2)), [[1, 2]]).shape == (0, 2)


def test_a_plain_list_is_a_single_column():
    assert match([1.0, 9.0], [8.0, 2.0, 5.0]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: match([[1, 2]], [[1]]), "same columns"),
        (lambda: match([[1]], [[1]], exact=[1]), "numbers of columns"),
        (lambda: difference_in_differences([1], [1, 2], [1], [1]), "same customers"),
        (lambda: difference_in_differences([1], [1], [1], [1], pairs=[[0, 1]]), "row numbers"),
        (lambda: difference_in_differences([1], [1], [1], [1], confidence=95), "between 0 and 1"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
