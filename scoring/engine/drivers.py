"""What drives an outcome: R² shared out among correlated drivers.

Rows are units (customers, answers), columns drivers; rows with an unknown value are left out. The
parts are at least 0 and add up to R²; they say how much goes with a driver, not what causes what.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MOST_FOR_SHAPLEY = 15  # 2^15 regressions


@dataclass(frozen=True)
class Importance:
    """``weights`` in the order of the columns, adding up to ``r_squared``, from ``n`` rows."""

    weights: Floats
    r_squared: float
    n: int


def relative_weights(X: ArrayLike, y: ArrayLike) -> Importance:
    """Each driver's part of R² by Johnson's relative weights.

    The drivers are replaced by the uncorrelated variables nearest to them, whose parts are plain
    squares, and these are given back in the shares the drivers have in them. A constant driver has
    0. ValueError if there are too few complete rows or y does not vary.

    >>> relative_weights([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 2, 3]).weights.round(3).tolist()
    [0.8, 0.2]

    Source: Johnson (2000), A Heuristic Method for Estimating the Relative Weight of Predictor
    Variables in Multiple Regression, Multivariate Behavioral Research 35(1).
    """
    among, with_y, n = _correlations(X, y)
    values, vectors = np.linalg.eigh(among)
    roots = np.sqrt(np.maximum(values, 0))
    # Directions in which the drivers do not vary carry nothing.
    inverse = np.divide(1, roots, out=np.zeros_like(roots), where=roots > 1e-6)
    loadings = (vectors * roots) @ vectors.T
    parts = (vectors * inverse) @ vectors.T @ with_y
    weights = loadings**2 @ parts**2
    return Importance(weights, float(weights.sum()), n)


def shapley(X: ArrayLike, y: ArrayLike) -> Importance:
    """Each driver's part of R² by the Shapley value: what it adds, averaged over all orders.

    Known as LMG. At most 15 drivers. A constant driver has 0. ValueError if there are too few
    complete rows or y does not vary.

    >>> shapley([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 2, 3]).weights.round(3).tolist()
    [0.8, 0.2]

    Source: Lindeman, Merenda and Gold (1980); Grömping (2006), Journal of Statistical Software 17(1).
    """
    among, with_y, n = _correlations(X, y)
    drivers = len(with_y)
    if drivers > MOST_FOR_SHAPLEY:
        raise ValueError("The Shapley value is limited to 15 drivers; take the relative weights.")
    explained = _r_squared_of_subsets(among, with_y)
    subsets = np.arange(2**drivers)
    sizes = np.bitwise_count(subsets)
    weights = np.zeros(drivers)
    for driver in range(drivers):
        before = subsets[subsets & (1 << driver) == 0]
        chances = 1 / (drivers * np.array([comb(drivers - 1, int(size)) for size in range(drivers)]))
        weights[driver] = (chances[sizes[before]] * (explained[before | (1 << driver)] - explained[before])).sum()
    return Importance(weights, float(explained[-1]), n)


def _correlations(X: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats, int]:
    """Correlations among the drivers and with y over complete rows; 0 where a driver is constant."""
    drivers, outcome = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if drivers.ndim != 2 or outcome.shape != (len(drivers),) or drivers.shape[1] == 0:
        raise ValueError("Drivers must be a table with one row for every outcome.")
    table = np.column_stack([drivers, outcome])
    table = table[np.isfinite(table).all(axis=1)]
    n, columns = table.shape
    if n <= columns:
        raise ValueError("Sharing out R² needs more complete rows than drivers and one.")
    varying = np.ptp(table, axis=0) > 0
    if not varying[-1]:
        raise ValueError("An outcome that does not vary has no drivers.")
    centred = np.where(varying, table - table.mean(axis=0), 0.0)
    standard = centred / np.where(varying, np.sqrt((centred**2).sum(axis=0)), 1.0)
    correlation = standard.T @ standard
    return correlation[:-1, :-1], correlation[:-1, -1], n


def _r_squared_of_subsets(among: Floats, with_y: Floats) -> Floats:
    """R² of the regression on every subset; bit i of the position says whether driver i is in."""
    drivers = len(with_y)
    explained = np.zeros(2**drivers)
    for size in range(1, drivers + 1):
        chosen = np.array(list(combinations(range(drivers), size)))
        inverses = np.linalg.pinv(among[chosen[:, :, None], chosen[:, None, :]], rcond=1e-10, hermitian=True)
        right = with_y[chosen]
        explained[(1 << chosen).sum(axis=1)] = np.einsum("si,sij,sj->s", right, inverses, right)
    return explained
