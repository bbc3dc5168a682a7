"""R² shared out among drivers, against R's packages."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.engine.drivers import relative_weights, shapley

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
