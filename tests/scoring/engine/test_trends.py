"""Control charts against Montgomery's tables, the trend test against EPA's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, theilslopes

from scoring.engine.trends import cusum, ewma, mann_kendall

# Montgomery, Introduction to Statistical Quality Control, table 9.1: the first 20 values have mean
# 10, the last ten 11; standard deviation 1.
MONTGOMERY = [
    *[9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34],
    *[9.03, 11.47, 10.51, 9.40, 10.08, 9.37, 10.62, 10.31, 8.52, 10.84],
    *[10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52],
]
series = st.lists(st.integers(-20, 20), max_size=30)


def test_the_cusum_is_that_of_montgomery_s_table_9_2():
    chart = cusum(MONTGOMERY, target=10, k=0.5, h=5)
    high = [0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0, 0, 0.97, 0.98, 0, 0, 0, 0.12, 0, 0, 0.34]
    high += [0.74, 0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.30]
    np.testing.assert_allclose(chart.high, high, atol=1e-9)
    np.testing.assert_allclose(chart.low[:7], [0.05, 1.56, 1.77, 0, 0, 0, 1.46], atol=1e-9)
    assert np.flatnonzero(chart.signals).tolist() == [28, 29]  # periods 29 and 30


def test_the_ewma_is_that_of_montgomery_s_example_9_2():
    chart = ewma(MONTGOMERY, target=10, sigma=1, lam=0.1, limit=2.7)
    np.testing.assert_allclose(chart.values[:6], [9.945, 9.7495, 9.70355, 9.8992, 10.1253, 10.1307], atol=5e-5)
    np.testing.assert_allclose(chart.values[-3:], [10.5731, 10.6468, 10.6341], atol=5e-5)
    np.testing.assert_allclose(chart.upper, 10.62, atol=0.005)
    np.testing.assert_allclose(chart.lower, 9.38, atol=0.005)
    assert np.flatnonzero(chart.signals).tolist() == [28, 29]


def test_exact_limits_start_narrow_and_widen_to_those_of_the_long_run():
    # The same example: 9.73 and 10.27 in period 1, 9.64 and 10.36 in period 2.
    chart = ewma(MONTGOMERY, target=10, sigma=1, lam=0.1, limit=2.7, exact=True)
    np.testing.assert_allclose(chart.upper[:2], [10.27, 10.36], atol=0.005)
    np.testing.assert_allclose(chart.lower[:2], [9.73, 9.64], atol=0.005)
    steady = ewma(MONTGOMERY, target=10, sigma=1, lam=0.1, limit=2.7)
    assert (np.diff(chart.upper) > 0).all()
    assert (chart.upper < steady.upper).all()
    assert chart.upper[-1] == pytest.approx(steady.upper[-1], abs=1e-3)


@settings(deadline=None)
@given(series)
def test_with_all_the_weight_on_the_last_value_the_ewma_is_the_series(values):
    chart = ewma(values, target=0, sigma=2, lam=1, limit=3)
    assert chart.values.tolist() == values
    assert chart.signals.tolist() == [abs(value) > 6 for value in values]


@settings(deadline=None)
@given(series, st.integers(0, 3))
def test_the_low_cusum_is_the_high_one_of_the_mirrored_series(values, k):
    chart, mirrored = cusum(values, 1, k, 4), cusum([-value for value in values], -1, k, 4)
    assert chart.low.tolist() == mirrored.high.tolist()
    assert chart.signals.tolist() == mirrored.signals.tolist()


def test_mann_kendall_corrects_for_ties_as_epa_does():
    # EPA QA/G-9S (2006), page 109: 4 values of 10 and 2 of 15.
    test = mann_kendall([10, 10, 10, 5, 10, 20, 18, 17, 15, 24, 15])
    assert test.s == 22
    assert test.variance == pytest.approx(155.33, abs=0.005)
    assert test.z == pytest.approx(1.685, abs=5e-4)
    assert test.p_value == pytest.approx(0.092, abs=5e-4)


@settings(deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=2, max_size=30))
def test_mann_kendall_agrees_with_kendall_s_tau_and_sen_s_slope(values):
    test = mann_kendall(values)
    tau = kendalltau(range(len(values)), values).statistic
    assert np.isnan(tau) or np.sign(tau) == np.sign(test.s)
    assert test.slope == pytest.approx(theilslopes(values, range(len(values))).slope)
    assert 0 <= test.p_value <= 1
    mirrored = mann_kendall(values[::-1])
    assert (mirrored.s, mirrored.z, mirrored.slope) == (-test.s, -test.z, -test.slope)


def test_a_gap_in_the_series_keeps_its_place_in_time():
    with_gap = mann_kendall([0.0, np.nan, 2.0, 3.0])
    assert with_gap.slope == 1.0
    assert with_gap.variance == mann_kendall([1, 2, 3]).variance


def test_a_constant_series_has_no_trend_and_a_single_value_no_answer():
    constant = mann_kendall([5, 5, 5, 5])
    assert (constant.s, constant.z, constant.p_value, constant.slope) == (0, 0.0, 1.0, 0.0)
    assert mann_kendall([5]) is None
    assert mann_kendall([np.nan, 5]) is None
    assert mann_kendall([]) is None
    assert ewma([], 0, 1).values.size == cusum([], 0, 1, 5).high.size == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: ewma([1, np.nan], 0, 1),
        lambda: ewma([1], 0, 0),
        lambda: ewma([1], 0, 1, lam=0),
        lambda: ewma([1], 0, 1, lam=1.1),
        lambda: ewma([[1, 2]], 0, 1),
        lambda: cusum([1, np.inf], 0, 1, 5),
        lambda: cusum([1], 0, -1, 5),
        lambda: cusum([1], 0, 1, 0),
        lambda: mann_kendall([[1, 2], [3, 4]]),
        lambda: mann_kendall([1, np.inf]),
    ],
)
def test_what_is_no_series_is_refused(call):
    with pytest.raises(ValueError, match=r"needs .*\.$"):
        call()
