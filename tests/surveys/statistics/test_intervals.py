"""Shares and means, against published intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from surveys.statistics import csi, mean_with_interval, response_rate, share_of, top_box


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_newcombe_s(k, n, low, high):
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
    found = share_of(k, n)
    assert (found.share, found.n) == (k / n, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_the_top_boxes_are_counted_from_the_end_of_the_scale():
    assert top_box([1, 2, 3, 4, 5, None], 5).share == 0.4
    assert top_box([1, 6, 7], 7, boxes=1).share == pytest.approx(1 / 3)
    assert top_box([9, 10, 8, 0], 10).share == 0.5
    assert top_box([None], 5) is None
    assert share_of(0, 0) is None


def test_a_mean_has_student_s_interval():
    # Student's sleep data, group 2, as in R: t.test(extra) gives 2.33 and 0.8976775 to 3.7623225.
    result = mean_with_interval([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    assert result.mean == pytest.approx(2.33)
    assert (result.low, result.high) == (pytest.approx(0.8976775), pytest.approx(3.7623225))


@given(st.lists(st.integers(1, 10), min_size=2, max_size=30), st.floats(0.1, 9))
def test_equal_weights_of_any_size_change_nothing(values, weight):
    plain, weighted = mean_with_interval(values), mean_with_interval(values, [weight] * len(values))
    assert weighted.mean == pytest.approx(plain.mean)
    assert weighted.standard_error == pytest.approx(plain.standard_error, abs=1e-9)
    assert plain.standard_error == pytest.approx(np.std(values, ddof=1) / np.sqrt(len(values)), abs=1e-9)
    if plain.standard_error > 0:
        interval = ttest_1samp(values, 0).confidence_interval()
        assert (plain.low, plain.high) == (pytest.approx(interval.low), pytest.approx(interval.high))


def test_weights_move_the_mean_and_cost_certainty():
    # Mean (3·100 - 100)/4 = 50; SE² = 2/1 · ((3·50)² + (1·150)²)/4² = 5625.
    result = mean_with_interval([100, -100, None], [3, 1, 1])
    assert (result.mean, result.standard_error, result.n) == (50, pytest.approx(75), 2)
    assert mean_with_interval([100, -100], [1, 0]).n == 1


def test_one_answer_has_a_mean_and_no_interval():
    result = mean_with_interval([7])
    assert result.mean == 7
    assert np.isnan([result.standard_error, result.low, result.high]).all()
    assert csi([7]).mean == 7
    assert mean_with_interval([]) is None
    assert csi([None]) is None


def test_the_satisfaction_index_stays_on_its_scale():
    result = csi([10, 10, 9, 10])
    assert (result.mean, result.high) == (9.75, 10)
    assert csi([5, 7, 6, 6]).high == pytest.approx(mean_with_interval([5, 7, 6, 6]).high)


def test_the_response_rate_keeps_unknown_fates_below_the_line():
    # The first example of the R package responserates: 100 complete, 20 not contacted, RR1 83.3 %.
    assert response_rate(100, not_reached=20).share == pytest.approx(0.833, abs=5e-4)
    # By hand: 60 / (60 + 10 + 5 + 15 + 2 + 28) = .5.
    assert response_rate(60, 10, 5, 15, 2, 28).share == 0.5
    assert response_rate(0) is None


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: share_of(3, 2), "more than the whole"),
        (lambda: share_of(1, 2, confidence=0), "between 0 and 1"),
        (lambda: top_box([6], 5), "from 0 to 5"),
        (lambda: top_box([4], 5, boxes=6), "top boxes"),
        (lambda: top_box([4], 5, boxes=0), "top boxes"),
        (lambda: mean_with_interval([1, np.inf]), "finite answers"),
        (lambda: mean_with_interval([1, 2], [1]), "a weight for each"),
        (lambda: mean_with_interval([1, 2], [1, -1]), "at least 0"),
        (lambda: mean_with_interval([1, 2], [1, np.nan]), "known, finite"),
        (lambda: csi([0]), "from 1 to 10"),
        (lambda: response_rate(-1), "at least 0"),
    ],
)
def test_what_makes_no_share_or_mean_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
