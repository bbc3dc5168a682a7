"""Tests of independence, against published tables."""

import numpy as np
import pytest

from surveys.statistics import independence


def test_admissions_at_berkeley():
    # R's data set UCBAdmissions summed over departments (Bickel et al. 1975): chisq.test(correct = FALSE)
    # gives X-squared = 92.205, df = 1.
    found = independence([[1198, 1493], [557, 1278]])
    assert (found.test, found.degrees_of_freedom, found.n) == ("chi_square", 1, 4526)
    assert found.statistic == pytest.approx(92.205, abs=5e-4)
    assert found.p_value < 1e-20
    assert found.cramers_v == pytest.approx((92.205 / 4526) ** 0.5, abs=1e-5)
    assert found.is_reliable and not found.small.any()


def test_the_lady_tasting_tea():
    # Fisher (1935): 3 of 4 cups right, two-sided p = 34/70.
    found = independence([[3, 1], [1, 3]])
    assert (found.test, found.is_reliable) == ("fisher", True)
    assert found.p_value == pytest.approx(34 / 70)
    assert found.small.all()


def test_small_cells_of_a_larger_table_make_the_test_a_hint():
    # Expected in the first row 2.5, 2.5 and 5: two of six cells are small.
    found = independence([[1, 4, 5], [19, 16, 35]])
    assert found.small.tolist() == [[True, True, False], [False, False, False]]
    assert (found.test, found.is_reliable) == ("chi_square", False)


def test_rows_and_columns_without_answers_do_not_count():
    found = independence([[10, 0, 20], [0, 0, 0], [20, 0, 10]])
    assert found.degrees_of_freedom == 1
    assert found.expected.tolist() == [[15, 0, 15], [0, 0, 0], [15, 0, 15]]
    # (10 - 15)²/15 four times.
    assert found.statistic == pytest.approx(100 / 15)


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[3, 4], [0, 0]], [[3, 0], [4, 0]], np.zeros((0, 2))])
def test_one_row_or_column_says_nothing(counts):
    assert independence(counts) is None


@pytest.mark.parametrize("counts", [[1, 2], [[1.5, 2], [3, 4]], [[-1, 2], [3, 4]], [[np.nan, 2], [3, 4]]])
def test_what_is_no_table_of_counts_is_refused(counts):
    with pytest.raises(ValueError, match="whole counts"):
        independence(counts)
