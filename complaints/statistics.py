"""Statistics of complaints, pure: shares with their intervals, and the control chart of a rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from scipy.special import stdtrit
from scipy.stats import binomtest


@dataclass(frozen=True)
class Share:
    """A share of 0 to 1 with its Wilson interval; all None where there is nothing to share."""

    k: int
    n: int
    share: float | None
    low: float | None
    high: float | None


def share_of(k: int, n: int, confidence: float = 0.95) -> Share:
    """k of n as a share (0-1) with the Wilson score interval; n = 0: no data.

    >>> found = share_of(1, 10)
    >>> found.share, round(found.low, 4), round(found.high, 4)
    (0.1, 0.0179, 0.4042)
    >>> share_of(0, 0).share is None
    True

    Source: Wilson (1927), as in scipy.stats.
    """
    if not n:
        return Share(k, n, None, None, None)
    interval = binomtest(k, n).proportion_ci(confidence, method="wilson")
    return Share(k, n, k / n, float(interval.low), float(interval.high))


@dataclass(frozen=True)
class Mean:
    """A mean of n values, with Student's interval from two values on; None where there is none."""

    n: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


def mean_of(n: int, total: float, squares: float, confidence: float = 0.95) -> Mean:
    """The mean of n values from their sum and the sum of their squares, in their unit.

    >>> found = mean_of(4, 32, 258)  # 8, 7, 9, 8
    >>> found.mean, round(found.low, 3), round(found.high, 3)
    (8.0, 6.701, 9.299)
    >>> mean_of(0, 0, 0).mean is None
    True

    Source: Student (1908), The Probable Error of a Mean.
    """
    if n < 2:
        return Mean(n, total / n if n else None)
    mean = total / n
    error = sqrt(max(squares - n * mean**2, 0.0) / (n - 1) / n)
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * error
    return Mean(n, mean, mean - half, mean + half)


@dataclass(frozen=True)
class ControlChart:
    """Rates per unit with their centre line and limits, period by period."""

    rates: list[float]
    centre: float
    lower: list[float]
    upper: list[float]
    signals: list[bool]


def u_chart(counts: Sequence[int], units: Sequence[float]) -> ControlChart | None:
    """Events per unit and 3-sigma limits u ± 3·√(u/n), the lower one at least 0; None without units.

    `units` may differ from period to period and are above 0: a period without units has no rate
    and is left out by the caller. A signal is a rate outside of its own limits.

    >>> cloth = u_chart([14, 12, 20, 11, 7, 10, 21, 16, 19, 23], [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5])
    >>> round(cloth.centre, 2), round(cloth.upper[0], 2), round(cloth.lower[0], 2), any(cloth.signals)
    (1.42, 2.56, 0.29, False)

    The example is the one of dyed cloth (defects per 50 m²) in Montgomery, Introduction to
    Statistical Quality Control: u = 153 / 107.5 (with u rounded to 1.42 the limit is 2.55).
    """
    if any(unit <= 0 for unit in units):
        raise ValueError("A period without units has no rate; leave it out.")
    if not units:
        return None
    centre = sum(counts) / sum(units)
    reach = [3 * sqrt(centre / unit) for unit in units]
    rates = [count / unit for count, unit in zip(counts, units, strict=True)]
    lower = [max(0.0, centre - each) for each in reach]
    upper = [centre + each for each in reach]
    signals = [not low <= rate <= high for rate, low, high in zip(rates, lower, upper, strict=True)]
    return ControlChart(rates, centre, lower, upper, signals)
