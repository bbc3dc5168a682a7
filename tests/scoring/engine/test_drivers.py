"""R² shared out among drivers, against R's packages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.engine.drivers import drivers_of, importance_performance, relative_weights, shapley
from scoring.engine.text import Refused

# R's data set mtcars: mpg, cyl, disp, hp, gear.
MTCARS = np.array(
    [
        *[[21, 6, 160, 110, 4], [21, 6, 160, 110, 4], [22.8, 4, 108, 93, 4], [21.4, 6, 258, 110, 3]],
        *[[18.7, 8, 360, 175, 3], [18.1, 6, 225, 105, 3], [14.3, 8, 360, 245, 3], [24.4, 4, 146.7, 62, 4]],
        *[[22.8, 4, 140.8, 95, 4], [19.2, 6, 167.6, 123, 4], [17.8, 6, 167.6, 123, 4], [16.4, 8, 275.8, 180, 3]],
        *[[17.3, 8, 275.8, 180, 3], [15.2, 8, 275.8, 180, 3], [10.4, 8, 472, 205, 3], [10.4, 8, 460, 215, 3]],
        *[[14.7, 8, 440, 230, 3], [32.4, 4, 78.7, 66, 4], [30.4, 4, 75.7, 52, 4], [33.9, 4, 71.1, 65, 4]],
        *[[21.5, 4, 120.1, 97, 3], [15.5, 8, 318, 150, 3], [15.2, 8, 304, 150, 3], [13.3, 8, 350, 245, 3]],
        *[[19.2, 8, 400, 175, 3], [27.3, 4, 79, 66, 4], [26, 4, 120.3, 91, 5], [30.4, 4, 95.1, 113, 5]],
        *[[15.8, 8, 351, 264, 5], [19.7, 6, 145, 175, 5], [15, 8, 301, 335, 5], [21.4, 4, 121, 109, 4]],
    ]
)
BOTH = pytest.mark.parametrize("share_out", [relative_weights, shapley])
tables = arrays(float, (12, 4), elements=st.integers(-9, 9).map(float))


def test_relative_weights_are_those_of_r_s_rwa_on_mtcars():
    # The example in the manual of the R package rwa: mpg by cyl, disp, hp and gear.
    result = relative_weights(MTCARS[:, 1:], MTCARS[:, 0])
    np.testing.assert_allclose(result.weights, [0.2284797, 0.2221469, 0.2321744, 0.0963886], atol=5e-8)
    assert result.r_squared == pytest.approx(0.7791896, abs=5e-8)
    assert result.n == 32


def test_shapley_is_lmg_of_r_s_relaimpo_on_mtcars():
    # relaimpo 2.2-7, calc.relimp(mpg ~ cyl + disp + hp + gear, type = "lmg").
    result = shapley(MTCARS[:, 1:], MTCARS[:, 0])
    lmg = [0.2470520332352, 0.2434995947956, 0.2109128995443, 0.0777251114079]
    np.testing.assert_allclose(result.weights, lmg, atol=1e-12)
    assert result.r_squared == pytest.approx(0.779189638983, abs=1e-11)


@BOTH
@settings(deadline=None)
@given(table=tables)
def test_the_parts_add_up_to_r_squared_and_none_is_negative(share_out, table):
    drivers, outcome = table[:, 1:], table[:, 0]
    if np.ptp(outcome) == 0:
        return
    result = share_out(drivers, outcome)
    design = np.column_stack([np.ones(12), drivers])
    fitted = design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    r_squared = 1 - ((outcome - fitted) ** 2).sum() / ((outcome - outcome.mean()) ** 2).sum()
    assert result.r_squared == pytest.approx(r_squared, abs=1e-6)
    assert result.weights.sum() == pytest.approx(result.r_squared, abs=1e-9)
    assert (result.weights > -1e-9).all()


@BOTH
def test_uncorrelated_drivers_get_their_squared_correlations(share_out):
    drivers = np.array([[a, b] for a in (0, 1) for b in (0, 1)] * 3, dtype=float)
    outcome = 2 * drivers[:, 0] + drivers[:, 1] + np.repeat([0, 0.5, -0.5], 4)
    squares = [np.corrcoef(drivers[:, i], outcome)[0, 1] ** 2 for i in (0, 1)]
    np.testing.assert_allclose(share_out(drivers, outcome).weights, squares)


@BOTH
def test_twins_share_equally_and_a_constant_gets_nothing(share_out):
    cyl, mpg = MTCARS[:, 1], MTCARS[:, 0]
    result = share_out(np.column_stack([cyl, cyl, np.ones(32)]), mpg)
    half = np.corrcoef(cyl, mpg)[0, 1] ** 2 / 2
    np.testing.assert_allclose(result.weights, [half, half, 0], atol=1e-9)


@BOTH
def test_rows_with_an_unknown_value_are_left_out(share_out):
    drivers, outcome = MTCARS[:, 1:].copy(), MTCARS[:, 0].copy()
    drivers[3, 2], outcome[5] = np.nan, np.nan
    result = share_out(drivers, outcome)
    complete = np.delete(MTCARS, [3, 5], axis=0)
    assert result.n == 30
    np.testing.assert_allclose(result.weights, share_out(complete[:, 1:], complete[:, 0]).weights)


@BOTH
@pytest.mark.parametrize(
    ("drivers", "outcome", "complaint"),
    [
        (np.ones(5), np.ones(5), "table"),
        (np.ones((5, 0)), np.ones(5), "table"),
        (np.ones((5, 2)), np.ones(4), "table"),
        (np.eye(3), [1, 2, 3], "more complete rows"),
        (np.full((9, 1), np.nan), np.arange(9), "more complete rows"),
        (np.eye(5)[:, :2], np.ones(5), "does not vary"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(share_out, drivers, outcome, complaint):
    with pytest.raises(ValueError, match=complaint):
        share_out(drivers, outcome)


def test_shapley_stops_at_fifteen_drivers():
    rng = np.random.default_rng(0)
    drivers = rng.normal(size=(60, 16))
    with pytest.raises(ValueError, match="15 drivers"):
        shapley(drivers, drivers[:, 0])
    assert relative_weights(drivers, drivers[:, 0]).r_squared == pytest.approx(1)


def answers(n, columns=3, seed=0):
    """Answers to correlated attributes and an overall one on which the first weighs most."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=(n, 1))
    attributes = mood + rng.normal(size=(n, columns))
    return attributes, attributes @ (0.5 ** np.arange(columns)) + rng.normal(size=n)


METHODS = pytest.mark.parametrize(
    ("method", "share_out"), [("relative_weights", relative_weights), ("shapley", shapley)]
)


@METHODS
def test_drivers_carry_their_weights_with_intervals_around_them(method, share_out):
    attributes, overall = answers(200)
    found, plain = drivers_of(attributes, overall, method), share_out(attributes, overall)
    assert found.weights.tolist() == plain.weights.tolist()
    assert (found.r_squared, found.n) == (plain.r_squared, 200)
    assert (found.low < found.weights).all() and (found.weights < found.high).all()
    assert found.shares.sum() == pytest.approx(1)
    assert found.shares.argmax() == 0


@METHODS
def test_the_same_seed_draws_the_same_intervals(method, share_out):
    attributes, overall = answers(60)
    first, again = (drivers_of(attributes, overall, method, seed=7) for _ in range(2))
    assert first.low.tolist() == again.low.tolist()
    assert first.low.tolist() != drivers_of(attributes, overall, method, seed=8).low.tolist()


def test_intervals_hold_what_is_true_of_everybody_about_as_often_as_they_say():
    attributes, overall = answers(20_000, seed=99)
    true = relative_weights(attributes, overall).weights[0]
    held = [found.low[0] <= true <= found.high[0] for found in (drivers_of(*answers(300, seed=i)) for i in range(30))]
    # 30 draws at 95 %: fewer than 25 has a chance of less than 1 in 300.
    assert sum(held) >= 25


def test_intervals_of_many_answers_come_from_fewer_and_are_as_narrow_as_of_all():
    few, many = drivers_of(*answers(5000)), drivers_of(*answers(20_000))
    assert (many.high - many.low)[0] == pytest.approx((few.high - few.low)[0] / 2, rel=0.15)


def test_a_higher_confidence_is_wider():
    narrow, wide = (drivers_of(*answers(100), confidence=confidence) for confidence in (0.8, 0.99))
    assert (wide.low < narrow.low).all() and (wide.high > narrow.high).all()


def test_rows_that_are_not_complete_do_not_count_towards_enough():
    attributes, overall = answers(31)
    assert drivers_of(attributes, overall).n == 31
    attributes[:2, 0] = np.nan
    with pytest.raises(Refused, match="needs 30 complete answers for 3 drivers; there are 29") as refusal:
        drivers_of(attributes, overall)
    assert refusal.value.given == {"needed": 30, "drivers": 3, "n": 29}


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: drivers_of(*answers(89, columns=9)), "needs 90 complete answers for 9 drivers"),
        (lambda: drivers_of(*answers(200, columns=11), method="shapley"), "limited to 10 drivers"),
        (lambda: drivers_of(answers(50)[0], np.ones(50)), "does not vary"),
        (lambda: drivers_of(*answers(50), confidence=95), "between 0 and 1"),
        (lambda: drivers_of([1, 2], [1, 2]), "table"),
        (lambda: importance_performance([1], [1, 2]), "an importance and a performance"),
    ],
)
def test_what_drives_is_not_said_without_grounds(call, complaint):
    with pytest.raises(Refused, match=complaint):
        call()


def test_four_fields_part_what_matters_from_what_is_done_well():
    # Means .25 and 3.45.
    found = importance_performance([0.5, 0.3, 0.1, 0.1], [2.0, 4.5, 2.5, 4.8])
    assert found.fields == ("concentrate_here", "keep_up", "low_priority", "possible_overkill")
    assert (found.importance_line, found.performance_line) == (0.25, pytest.approx(3.45))


def test_lines_may_be_given_and_count_as_above():
    found = importance_performance([0.2, 0.2], [3, 4], importance_line=0.2, performance_line=4)
    assert found.fields == ("concentrate_here", "keep_up")


def test_an_unknown_attribute_has_no_field():
    found = importance_performance([0.4, np.nan, 0.2], [3, 5, 4])
    assert found.fields == ("concentrate_here", None, "possible_overkill")
    assert found.importance_line == pytest.approx(0.3)
    assert importance_performance([np.nan], [3]).fields == (None,)
