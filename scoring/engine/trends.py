"""Is a series drifting? Control charts (EWMA, CUSUM) and the Mann-Kendall test.

Values come in order of time, equally spaced. The charts need every value; the test can do without
some.
"""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ewma:
    """One element per value; see `ewma`."""

    values: Floats
    lower: Floats
    upper: Floats
    signals: NDArray[np.bool_]


@dataclass(frozen=True)
class Cusum:
    """One element per value; see `cusum`."""

    high: Floats
    low: Floats
    signals: NDArray[np.bool_]


@dataclass(frozen=True)
class MannKendall:
    """See `mann_kendall`."""

    s: int
    variance: float
    z: float
    p_value: float
    slope: float


def ewma(
    x: ArrayLike,
    target: float,
    sigma: float,
    lam: float = 0.2,
    limit: float = 3,
    exact: bool = False,
) -> Ewma:
    """The exponentially weighted moving average of the values, its limits, and where it leaves them.

    In the unit of the values. The average starts at ``target`` and moves by the share ``lam`` (above
    0, at most 1) towards each value. The limits lie ``limit`` standard errors from the target,
    ``sigma`` being the standard deviation of a value: those of a long run, or with ``exact`` the
    narrower ones of each early point. No values: empty arrays.

    >>> chart = ewma([9.45, 7.99, 9.29], target=10, sigma=1, lam=0.1, limit=2.7)
    >>> chart.values.round(4).tolist(), chart.upper.round(2).tolist()
    ([9.945, 9.7495, 9.7036], [10.62, 10.62, 10.62])

    Source: Roberts (1959); Montgomery, Introduction to Statistical Quality Control, 6th ed., 9.2.
    """
    series = _complete(x)
    if not 0 < lam <= 1 or sigma <= 0 or limit <= 0:
        raise ValueError("An EWMA needs lam above 0 and at most 1, and sigma and limit above 0.")
    steps = accumulate(series.tolist(), lambda mean, value: lam * value + (1 - lam) * mean, initial=target)
    values = np.array(list(steps)[1:])
    started = 1 - (1 - lam) ** (2 * np.arange(1, series.size + 1)) if exact else np.ones(series.size)
    width = limit * sigma * np.sqrt(lam / (2 - lam) * started)
    lower, upper = target - width, target + width
    return Ewma(values, lower, upper, (values < lower) | (values > upper))


def cusum(x: ArrayLike, target: float, k: float, h: float) -> Cusum:
    """The two one-sided cumulative sums of the values about a target, and where one exceeds h.

    All in the unit of the values. ``high`` adds up by how much values exceed target + k, ``low`` by
    how much they fall short of target - k; neither goes below 0 and a signal resets nothing.
    No values: empty arrays.

    >>> chart = cusum([9.45, 7.99, 9.29, 11.66], target=10, k=0.5, h=5)
    >>> chart.high.round(2).tolist(), chart.low.round(2).tolist()
    ([0.0, 0.0, 0.0, 1.16], [0.05, 1.56, 1.77, 0.0])

    Source: Page (1954); Montgomery, Introduction to Statistical Quality Control, 6th ed., 9.1.
    """
    series = _complete(x)
    if k < 0 or h <= 0:
        raise ValueError("A CUSUM needs k of at least 0 and h above 0.")
    high, low = _sums(series - (target + k)), _sums((target - k) - series)
    return Cusum(high, low, (high > h) | (low > h))


def mann_kendall(x: ArrayLike) -> MannKendall | None:
    """Whether the values tend to rise or fall, by comparing every pair of them.

    ``s``: pairs that rise minus pairs that fall; ``variance`` of s without a trend, corrected for
    ties; ``z`` with the correction for continuity; two-sided ``p_value``; ``slope``: the median
    change per step (Sen). NaN values are left out but keep their place in time. Fewer than two
    values: None. The normal approximation is fair from about 10 values.

    >>> test = mann_kendall([10, 10, 10, 5, 10, 20, 18, 17, 15, 24, 15])
    >>> test.s, round(test.variance, 2), round(test.z, 3)
    (22, 155.33, 1.685)

    Source: Mann (1945), Kendall (1975), Sen (1968); the example is that of EPA QA/G-9S (2006).
    """
    series = np.asarray(x, dtype=float)
    if series.ndim != 1 or np.isinf(series).any():
        raise ValueError("A trend needs one finite series of values.")
    at = np.flatnonzero(~np.isnan(series))
    known = series[at]
    if known.size < 2:
        return None
    earlier, later = np.triu_indices(known.size, 1)
    rises = known[later] - known[earlier]
    s = int(np.sign(rises).sum())
    n, ties = known.size, np.unique(known, return_counts=True)[1]
    variance = float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    z = float((s - np.sign(s)) / np.sqrt(variance)) if variance else 0.0
    slope = float(np.median(rises / (at[later] - at[earlier])))
    return MannKendall(s, variance, z, float(2 * ndtr(-abs(z))), slope)


def _complete(x: ArrayLike) -> Floats:
    series = np.asarray(x, dtype=float)
    if series.ndim != 1 or not np.isfinite(series).all():
        raise ValueError("A control chart needs one series of values, all known and finite.")
    return series


def _sums(steps: Floats) -> Floats:
    """Running sums that never go below 0."""
    sums = accumulate(steps.tolist(), lambda height, step: max(0.0, height + step), initial=0.0)
    return np.array(list(sums)[1:])
