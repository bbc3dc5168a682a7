"""Quintile scores for recency, frequency and money (RFM)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

STEPS = (0.2, 0.4, 0.6, 0.8)


def quintile_cuts(values: ArrayLike) -> NDArray[np.float64]:
    """The four cuts between the fifths of the values, for storing in a calibration.

    Unit: that of the values. Linear interpolation between order statistics (type 7). NaN values
    are left out; without any value all four cuts are NaN.

    >>> quintile_cuts([1, 2, 3, 4, 5, 6]).tolist()
    [2.0, 3.0, 4.0, 5.0]

    Source: Hyndman and Fan (1996), Sample Quantiles in Statistical Packages, definition 7.
    """
    known = np.asarray(values, dtype=float).ravel()
    known = known[~np.isnan(known)]
    return np.quantile(known, STEPS) if known.size else np.full(len(STEPS), np.nan)


def quintiles(values: ArrayLike, cuts: ArrayLike | None = None, reverse: bool = False) -> NDArray[np.float64]:
    """The fifth that each value falls into, 1 to 5, 5 the best.

    1 + the number of cuts strictly below the value; with ``reverse`` (less is better, as with days
    since the last order) strictly above it. Equal values get equal scores, so fifths need not be
    of equal size. Without ``cuts`` those of the values themselves serve. NaN for a value of NaN
    or where the cuts are NaN.

    >>> quintiles([10, 20, 30, 40, 50]).tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    >>> quintiles([3, 400], cuts=[30, 60, 120, 240], reverse=True).tolist()
    [5.0, 1.0]

    Source: Hughes (1994), Strategic Database Marketing.
    """
    x = np.asarray(values, dtype=float)
    at = quintile_cuts(x) if cuts is None else np.asarray(cuts, dtype=float)
    if at.shape != (len(STEPS),) or np.any(np.diff(at) < 0):
        raise ValueError("Quintiles need exactly four cuts in rising order.")
    if reverse:
        x, at = -x, -at[::-1]
    return np.where(np.isnan(x) | np.isnan(at).any(), np.nan, 1.0 + np.searchsorted(at, x, side="left"))
