"""Answers on different scales made comparable, and whether the items of a scale agree."""

import numpy as np
from numpy.typing import ArrayLike


def rescale_to_100(mean: float, low: float, high: float) -> float:
    """A mean on a scale of `low` to `high` as 0 to 100; NaN stays NaN.

    ValueError for a scale that has no length or a mean off the scale.

    >>> rescale_to_100(4, 1, 5)
    75.0
    """
    if not low < high:
        raise ValueError("A scale must end above where it begins.")
    if mean < low or mean > high:
        raise ValueError("A mean must lie on its scale.")
    return 100 * (mean - low) / (high - low)


def acsi(means: ArrayLike, weights: ArrayLike | None = None) -> float | None:
    """The index of 0 to 100 from the mean answers (1-10) to overall, expectations and ideal.

    The weighted mean of the items, equal weights if none are given, rescaled. None if an item has no
    answers (None or NaN). ValueError for means off the scale or weights that cannot be used.

    >>> round(acsi([8, 7, 6]), 2), round(acsi([8, 7, 6], weights=[2, 1, 1]), 2)
    (66.67, 69.44)

    Source: Fornell et al. (1996), The American Customer Satisfaction Index, Journal of Marketing 60(4).
    """
    items = np.asarray(means, dtype=float)
    shares = np.ones_like(items) if weights is None else np.asarray(weights, dtype=float)
    if items.ndim != 1 or items.size == 0 or items.shape != shares.shape:
        raise ValueError("The index needs one mean for every item, and a weight for each if any.")
    if not (np.isfinite(shares) & (shares >= 0)).all() or shares.sum() == 0:
        raise ValueError("Weights must be at least 0 and not all 0.")
    if np.isnan(items).any():
        return None
    if np.any((items < 1) | (items > 10)):
        raise ValueError("Means must lie between 1 and 10.")
    # Rounding must not carry a mean of only tens past the end of the scale.
    mean = min(max(float((shares * items).sum() / shares.sum()), 1.0), 10.0)
    return rescale_to_100(mean, 1, 10)


def cronbach_alpha(items: ArrayLike) -> float | None:
    """Cronbach's alpha of a scale: how well its items agree, at most 1, negative if they oppose.

    Rows are respondents, columns items; who left one out does not count. None with fewer than two
    respondents or if their sums do not vary. ValueError unless there are two items or more.

    >>> round(cronbach_alpha([[3, 4, 3], [2, 3, 4], [4, 4, 5], [3, 2, 3], [4, 4, 4]]), 4)
    0.7326

    Source: Cronbach (1951), Psychometrika 16(3).
    """
    table = np.asarray(items, dtype=float)
    if table.ndim != 2 or table.shape[1] < 2 or np.isinf(table).any():
        raise ValueError("Alpha needs a table of respondents by at least two items.")
    complete = table[~np.isnan(table).any(axis=1)]
    # A variance of 0 may come out as rounding.
    if len(complete) < 2 or np.ptp(sums := complete.sum(axis=1)) == 0:
        return None
    count = table.shape[1]
    return float(count / (count - 1) * (1 - complete.var(axis=0, ddof=1).sum() / sums.var(ddof=1)))
