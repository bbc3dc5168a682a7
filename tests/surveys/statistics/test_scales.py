"""Scales made comparable, and Cronbach's alpha worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from surveys.statistics import acsi, cronbach_alpha, rescale_to_100


def test_means_of_any_scale_become_nought_to_a_hundred():
    assert [rescale_to_100(mean, 1, 5) for mean in (1, 3, 5)] == [0, 50, 100]
    assert rescale_to_100(7, 0, 10) == 70
    assert np.isnan(rescale_to_100(np.nan, 1, 5))


def test_the_acsi_is_the_weighted_mean_rescaled():
    # (8 + 7 + 6)/3 = 7: (7 - 1)/9. With weights .4 .3 .3: 7.1, (7.1 - 1)/9 = 67.78.
    assert acsi([8, 7, 6]) == pytest.approx(66.6667, abs=1e-4)
    assert acsi([8, 7, 6], [0.4, 0.3, 0.3]) == pytest.approx(67.7778, abs=1e-4)
    assert acsi([10, 10, 10], [0.1, 0.2, 0.7]) == 100
    assert acsi([8, None, 6]) is None


def test_alpha_by_hand():
    # Item variances .7 .8 .7, sums 10 9 13 8 12 with variance 4.3: 3/2 · (1 - 2.2/4.3).
    answers = [[3, 4, 3], [2, 3, 4], [4, 4, 5], [3, 2, 3], [4, 4, 4]]
    assert cronbach_alpha(answers) == pytest.approx(0.732558, abs=1e-6)
    assert cronbach_alpha([*answers, [5, None, 1]]) == pytest.approx(0.732558, abs=1e-6)


@given(arrays(float, (8, 3), elements=st.integers(1, 7).map(float)))
def test_alpha_is_at_most_one_and_does_not_ask_for_the_order_of_items(table):
    found = cronbach_alpha(table)
    if found is not None:
        assert found <= 1 + 1e-9
        assert cronbach_alpha(table[:, ::-1]) == pytest.approx(found)


def test_items_that_say_the_same_have_an_alpha_of_one():
    assert cronbach_alpha([[1, 1], [4, 4], [2, 2]]) == pytest.approx(1)


@pytest.mark.parametrize("table", [[[1, 2]], [[1, None], [None, 2]], [[1, 3], [3, 1]]])
def test_where_nothing_varies_there_is_no_alpha(table):
    assert cronbach_alpha(table) is None


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: rescale_to_100(3, 5, 5), "end above"),
        (lambda: rescale_to_100(6, 1, 5), "lie on its scale"),
        (lambda: acsi([11, 5, 5]), "between 1 and 10"),
        (lambda: acsi([]), "one mean for every item"),
        (lambda: acsi([5, 5], [1]), "a weight for each"),
        (lambda: acsi([5, 5], [0, 0]), "not all 0"),
        (lambda: cronbach_alpha([[1], [2]]), "at least two items"),
        (lambda: cronbach_alpha([1, 2]), "at least two items"),
    ],
)
def test_what_is_no_scale_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
