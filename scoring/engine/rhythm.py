"""Every customer's own purchase rhythm, and whether it is slowing down.

Order days arrive ragged: one flat array and the offsets at which each customer begins. Everything
is counted in whole numbers (quarters of a day where a median needs them), so the result is the
same to the last bit for one customer and for a million.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

ENOUGH_GAPS = 2  # three order days: a median of a single gap is no rhythm
ENOUGH_GAPS_FOR_SIGNAL = 6


@dataclass(frozen=True)
class Rhythm:
    """One element per customer; see `purchase_rhythm`."""

    gap_median: Floats
    gap_mad: Floats
    gap_count: Integers
    signal: Floats


def purchase_rhythm(days: ArrayLike, offsets: ArrayLike, as_of_day: int) -> Rhythm:
    """Each customer's median gap between order days, its spread, and a signal of slowing down.

    ``days`` holds the distinct order days (day numbers, rising) of customer 0, then 1, …;
    customer i has ``days[offsets[i]:offsets[i + 1]]``, all before ``as_of_day``.

    gap_median, gap_mad: days, the median gap and the median absolute deviation from it (raw, not
    times 1.4826); NaN with fewer than 3 order days. gap_count: number of gaps. signal: 1.0 while
    the one-sided CUSUM of gap / median (target 1, k 0.5, h 4, no reset) stands above h at
    as_of, else 0.0; NaN with fewer than 6 gaps. The open gap since the last order counts as a
    gap once it exceeds the median; otherwise somebody who stopped would never signal.

    >>> steady = purchase_rhythm([0, 10, 20, 30, 40, 50, 60], [0, 7], as_of_day=65)
    >>> steady.gap_median[0], steady.gap_mad[0], steady.gap_count[0], steady.signal[0]
    (np.float64(10.0), np.float64(0.0), np.int64(6), np.float64(0.0))
    >>> purchase_rhythm([0, 10, 20, 30, 40, 50, 60], [0, 7], as_of_day=120).signal[0]
    np.float64(1.0)

    Source: Page (1954), Continuous Inspection Schemes; k and h as in Montgomery, Introduction to
    Statistical Quality Control, section 9.1.
    """
    day, start = _checked(days, offsets, as_of_day)
    gap_count = np.maximum(np.diff(start) - 1, 0)
    owner = np.repeat(np.arange(gap_count.size), gap_count)
    gaps = _gaps(day, start)
    median_2 = _twice_medians(gaps, owner, gap_count)
    mad_4 = _twice_medians(np.abs(2 * gaps - median_2[owner]), owner, gap_count)
    known = gap_count >= ENOUGH_GAPS
    return Rhythm(
        gap_median=np.where(known, median_2 / 2, np.nan),
        gap_mad=np.where(known, mad_4 / 4, np.nan),
        gap_count=gap_count,
        signal=_signals(gaps, owner, gap_count, median_2, _open_gaps(day, start, as_of_day)),
    )


def _checked(days: ArrayLike, offsets: ArrayLike, as_of_day: int) -> tuple[Integers, Integers]:
    day, start = np.asarray(days, dtype=np.int64), np.asarray(offsets, dtype=np.int64)
    if start.size == 0 or start[0] != 0 or start[-1] != day.size or np.any(np.diff(start) < 0):
        raise ValueError("Offsets must rise from 0 to the number of order days.")
    if day.size and day.max() >= as_of_day:
        raise ValueError("Order days must lie before as_of_day.")
    return day, start


def _gaps(day: Integers, start: Integers) -> Integers:
    """Differences between neighbouring days, without those that step to the next customer."""
    within = np.ones(max(day.size - 1, 0), dtype=bool)
    first = start[1:-1]
    within[first[(first > 0) & (first < day.size)] - 1] = False
    gaps = np.diff(day)[within]
    if np.any(gaps <= 0):
        raise ValueError("A customer's order days must be distinct and rising.")
    return gaps


def _open_gaps(day: Integers, start: Integers, as_of_day: int) -> Integers:
    """Days since the last order, 0 for a customer without any."""
    since = np.zeros(start.size - 1, dtype=np.int64)
    ordered = np.diff(start) > 0
    since[ordered] = as_of_day - day[start[1:][ordered] - 1]
    return since


def _twice_medians(values: Integers, owner: Integers, count: Integers) -> Integers:
    """Twice the median of each owner's values (twice, to stay whole), 0 where there are none."""
    doubled = np.zeros(count.size, dtype=np.int64)
    if values.size == 0:
        return doubled
    # One flat sort of owner and value in a single number sorts within every owner at once.
    base = values.max() + 1
    ranked = np.sort(owner * base + values) - owner * base
    some = count > 0
    first = (np.cumsum(count) - count)[some]
    doubled[some] = ranked[first + (count[some] - 1) // 2] + ranked[first + count[some] // 2]
    return doubled


def _signals(
    gaps: Integers,
    owner: Integers,
    count: Integers,
    median_2: Integers,
    open_gap: Integers,
) -> Floats:
    """1.0 where the CUSUM of gap / median - 1.5 ends above 4, else 0.0, NaN if gaps are few.

    Times twice the doubled median a step is the whole number 4·gap - 3·median_2 and the limit
    8·median_2. The CUSUM without reset ends at the total minus its lowest running total.
    """
    signal = np.full(count.size, np.nan)
    judged = count >= ENOUGH_GAPS_FOR_SIGNAL
    if not judged.any():
        return signal
    running = np.cumsum(4 * gaps - 3 * median_2[owner])
    end = np.cumsum(count)[judged] - 1
    first = end - count[judged] + 1
    before = np.where(first > 0, running[first - 1], 0)
    bounds = np.column_stack([first, end + 1]).ravel()
    lowest = np.minimum.reduceat(np.append(running, np.iinfo(np.int64).max), bounds)[::2]
    height = running[end] - np.minimum(lowest, before)
    m, gone = median_2[judged], open_gap[judged]
    appended = np.maximum(height + 4 * gone - 3 * m, 0)
    signal[judged] = np.where(2 * gone > m, appended, height) > 8 * m
    return signal
