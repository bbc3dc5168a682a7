"""Shares and control charts, by paper and pencil."""

import doctest

import pytest

from complaints import analysis, statistics, wording
from complaints.statistics import share_of, u_chart


def test_the_worked_examples_hold():
    for module in (statistics, analysis, wording):
        assert doctest.testmod(module).failed == 0


def test_limits_widen_where_there_are_fewer_units():
    # 12 in 8 units: u = 1.5; over 4 units ± 3·√(1.5/4) = ±1.837, over 1 unit ± 3·√1.5 = ±3.674.
    chart = u_chart([6, 3, 3], [4, 3, 1])
    assert chart.centre == 1.5
    assert (chart.upper[0], chart.upper[2]) == (pytest.approx(3.3371, abs=1e-4), pytest.approx(5.1742, abs=1e-4))
    assert chart.lower == [0, 0, 0]
    assert chart.signals == [False, False, False]


def test_what_lies_outside_of_its_own_limits_is_flagged():
    # 150 in 20 units: u = 7.5; over 5 units ± 3·√1.5 = ±3.674, so 3.83 to 11.17.
    chart = u_chart([30, 30, 15, 75], [5, 5, 5, 5])
    assert chart.signals == [False, False, True, True]


def test_no_units_are_no_data():
    assert u_chart([], []) is None
    with pytest.raises(ValueError, match="leave it out"):
        u_chart([1], [0])


def test_nothing_complained_of_is_in_control():
    chart = u_chart([0, 0], [2, 3])
    assert (chart.centre, chart.upper, chart.signals) == (0, [0, 0], [False, False])


def test_a_share_of_nothing_is_no_data():
    assert share_of(0, 0).share is None
    assert (share_of(0, 10).low, share_of(10, 10).high) == (pytest.approx(0), pytest.approx(1))
