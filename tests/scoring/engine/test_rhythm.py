"""A customer's own purchase rhythm, against a plain reading of the definition."""

from fractions import Fraction
from itertools import pairwise
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.rhythm import Rhythm, purchase_rhythm

AS_OF = 2000
day_lists = st.lists(st.sets(st.integers(0, AS_OF - 1), max_size=12).map(sorted), max_size=8)


def ragged(customers: list[list[int]]) -> tuple[list[int], list[int]]:
    offsets = [0, *np.cumsum([len(days) for days in customers]).tolist()]
    return [day for days in customers for day in days], offsets


def rhythm_of(customers: list[list[int]], as_of_day: int = AS_OF) -> Rhythm:
    return purchase_rhythm(*ragged(customers), as_of_day)


def plain(days: list[int], as_of_day: int) -> tuple[float, float, int, float]:
    """The definition, one customer at a time, in exact fractions."""
    gaps = [Fraction(b - a) for a, b in pairwise(days)]
    if len(gaps) < 2:
        return np.nan, np.nan, len(gaps), np.nan
    middle = median(gaps)
    spread = float(median(abs(gap - middle) for gap in gaps))
    if len(gaps) < 6:
        return float(middle), spread, len(gaps), np.nan
    open_gap = as_of_day - days[-1]
    height = Fraction(0)
    for gap in gaps + [Fraction(open_gap)] * (open_gap > middle):
        height = max(Fraction(0), height + gap / middle - 1 - Fraction(1, 2))
    return float(middle), spread, len(gaps), float(height > 4)


@settings(deadline=None)
@given(day_lists)
def test_it_equals_the_definition_customer_by_customer(customers):
    got = rhythm_of(customers)
    expected = np.array([plain(days, AS_OF) for days in customers], dtype=float).reshape(-1, 4)
    columns = (got.gap_median, got.gap_mad, got.gap_count, got.signal)
    for column, wanted in zip(columns, expected.T, strict=True):
        np.testing.assert_array_equal(column, wanted)


@settings(deadline=None)
@given(day_lists.filter(bool))
def test_one_customer_and_many_agree_to_the_last_bit(customers):
    together = rhythm_of(customers)
    for i, days in enumerate(customers):
        alone = rhythm_of([days])
        for name in ("gap_median", "gap_mad", "gap_count", "signal"):
            assert getattr(alone, name)[0].tobytes() == getattr(together, name)[i].tobytes()


def test_two_order_days_are_no_rhythm():
    got = rhythm_of([[], [5], [5, 9], [5, 9, 10]])
    assert np.isnan(got.gap_median[:3]).all() and np.isnan(got.gap_mad[:3]).all()
    assert got.gap_median[3] == 2.5 and got.gap_mad[3] == 1.5
    assert got.gap_count.tolist() == [0, 0, 1, 2]


def test_six_gaps_are_needed_for_a_signal():
    five, six = list(range(0, 60, 10)), list(range(0, 70, 10))
    signal = rhythm_of([five, six]).signal
    assert np.isnan(signal[0]) and signal[1] == 1.0


@pytest.mark.parametrize(("as_of_day", "signal"), [(70, 0.0), (115, 0.0), (116, 1.0)])
def test_somebody_who_stops_signals_once_the_open_gap_is_long_enough(as_of_day, signal):
    # The median is 10 days; an open gap of 55 days stands exactly at 5.5 - 1.5 = 4 = h, not above.
    assert rhythm_of([list(range(0, 70, 10))], as_of_day).signal[0] == signal


def test_slowing_down_signals_and_speeding_up_does_not():
    slower = np.cumsum([0, 10, 10, 10, 10, 10, 10, 10, 40, 40]).tolist()
    faster = np.cumsum([0, 40, 40, 10, 10, 10, 10, 10, 10, 10]).tolist()
    assert rhythm_of([slower], slower[-1] + 1).signal[0] == 1.0
    assert rhythm_of([faster], faster[-1] + 1).signal[0] == 0.0


def test_nobody_has_no_rhythm():
    assert all(column.size == 0 for column in vars(purchase_rhythm([], [0], 10)).values())


@pytest.mark.parametrize(
    ("days", "offsets", "complaint"),
    [
        ([1, 2], [0, 1], "Offsets"),
        ([1, 2], [1, 2], "Offsets"),
        ([1, 2], [0, 2, 1, 2], "Offsets"),
        ([], [], "Offsets"),
        ([1, 10], [0, 2], "before as_of_day"),
        ([3, 3], [0, 2], "distinct and rising"),
        ([3, 2], [0, 2], "distinct and rising"),
    ],
)
def test_it_refuses_what_is_not_a_history(days, offsets, complaint):
    with pytest.raises(ValueError, match=complaint):
        purchase_rhythm(days, offsets, 10)
