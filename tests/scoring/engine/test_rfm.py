"""Quintile scores."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.rfm import quintile_cuts, quintiles

numbers = st.lists(st.integers(-1000, 1000), min_size=1, max_size=40)


def test_ten_different_values_fall_two_by_two_into_the_fifths():
    assert quintiles(range(10)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert quintiles(range(10), reverse=True).tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_a_value_on_a_cut_belongs_to_the_worse_fifth():
    assert quintiles([30, 30.01, 29.99], cuts=[10, 20, 30, 40]).tolist() == [3, 4, 3]
    assert quintiles([30, 30.01, 29.99], cuts=[10, 20, 30, 40], reverse=True).tolist() == [2, 2, 3]


def test_cuts_are_linear_between_order_statistics():
    # Type 7 on 1..8: position 1 + 0.2 * 7 = 2.4 and so on.
    np.testing.assert_allclose(quintile_cuts(range(1, 9)), [2.4, 3.8, 5.2, 6.6], rtol=1e-14)


def test_no_value_has_no_score():
    got = quintiles([np.nan, 1, 2, 3, 4, 5])
    assert np.isnan(got[0]) and got[1:].tolist() == [1, 2, 3, 4, 5]
    assert np.isnan(quintiles([np.nan])).all() and np.isnan(quintiles([1], cuts=[np.nan] * 4)).all()
    assert quintiles([]).size == 0


def test_cuts_from_a_calibration_make_scores_independent_of_company():
    cuts = quintile_cuts(range(100))
    assert quintiles([50], cuts)[0] == quintiles([50, 1, 2, 99], cuts)[0] == 3


@settings(deadline=None)
@given(numbers)
def test_scores_run_from_1_to_5_in_order_and_ties_stay_together(values):
    score = quintiles(values)
    assert set(score) <= {1, 2, 3, 4, 5}
    assert (np.diff(score[np.argsort(values)]) >= 0).all()
    assert all(len(set(score[np.equal(values, v)])) == 1 for v in set(values))


@settings(deadline=None)
@given(numbers)
def test_reversed_is_the_score_of_the_mirrored_values(values):
    mirrored = quintiles(-np.array(values), cuts=-quintile_cuts(values)[::-1])
    assert quintiles(values, reverse=True).tolist() == mirrored.tolist()


@pytest.mark.parametrize("cuts", [[1, 2, 3], [4, 3, 2, 1]])
def test_it_refuses_wrong_cuts(cuts):
    with pytest.raises(ValueError, match="four cuts"):
        quintiles([1], cuts)
