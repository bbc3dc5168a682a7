"""What drives an outcome: R² shared out among correlated drivers.

Rows are units (customers, answers), columns drivers; rows with an unknown value are left out. The
parts are at least 0 and add up to R²; they say how much goes with a driver, not what causes what.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .text import N_, Refused

Floats = NDArray[np.float64]

Method = Literal["relative_weights", "shapley"]
Field = Literal["concentrate_here", "keep_up", "low_priority", "possible_overkill"]

MOST_FOR_SHAPLEY = 15  # 2^15 regressions
MOST_RESAMPLED = 10  # and 2^10 in each resample
FEWEST_ROWS = 30
ROWS_PER_DRIVER = 10
MOST_DRAWN = 5000

TOO_MANY = N_("The Shapley value is limited to %(most)s drivers; take the relative weights.")
TOO_FEW = N_("Finding what drives needs %(needed)s complete answers for %(drivers)s drivers; there are %(n)s.")

# By whether important, and whether done well.
FIELDS: dict[tuple[bool, bool], Field] = {
    (True, False): "concentrate_here",
    (True, True): "keep_up",
    (False, False): "low_priority",
    (False, True): "possible_overkill",
}


@dataclass(frozen=True)
class Importance:
    """``weights`` in the order of the columns, adding up to ``r_squared``, from ``n`` rows."""

    weights: Floats
    r_squared: float
    n: int


@dataclass(frozen=True)
class Drivers:
    """As `Importance`, with an interval for each weight and the weights as ``shares`` of R²."""

    weights: Floats
    low: Floats
    high: Floats
    shares: Floats
    r_squared: float
    n: int


@dataclass(frozen=True)
class ImportancePerformance:
    """The field of each attribute (None: not known), and the lines between the fields."""

    fields: tuple[Field | None, ...]
    importance_line: float
    performance_line: float


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
        raise Refused(TOO_MANY, most=MOST_FOR_SHAPLEY)
    explained = _r_squared_of_subsets(among, with_y)
    subsets = np.arange(2**drivers)
    sizes = np.bitwise_count(subsets)
    weights = np.zeros(drivers)
    for driver in range(drivers):
        before = subsets[subsets & (1 << driver) == 0]
        chances = 1 / (drivers * np.array([comb(drivers - 1, int(size)) for size in range(drivers)]))
        weights[driver] = (chances[sizes[before]] * (explained[before | (1 << driver)] - explained[before])).sum()
    return Importance(weights, float(explained[-1]), n)


def drivers_of(
    X: ArrayLike,
    y: ArrayLike,
    method: Method = "relative_weights",
    confidence: float = 0.95,
    seed: int = 0,
) -> Drivers:
    """What drives the outcome, with how sure each part is; refused where there are too few rows.

    The parts of `relative_weights` or `shapley`, in shares of R² and as they are, each with a
    percentile interval from 1000 resamples of the rows (200 for the Shapley value), the same for the
    same seed. Above 5000 rows a resample draws 5000 and its spread is narrowed to that of all.
    Refused (a ValueError) with fewer than 30 complete rows or 10 for each driver, an outcome that
    does not vary, or more than 10 drivers for the Shapley value.

    >>> rng = np.random.default_rng(1)
    >>> X = rng.integers(1, 6, (60, 2))
    >>> found = drivers_of(X, X @ [3, 1])
    >>> found.n, found.shares.round(2).tolist()
    (60, [0.88, 0.12])

    Source: Tonidandel, LeBreton and Johnson (2009), Psychological Methods 14(4); drawing fewer:
    Bickel, Götze and van Zwet (1997), Statistica Sinica 7.
    """
    share_out, resamples = METHODS[method]
    table = _complete(X, y)
    n, columns = table.shape
    needed = max(FEWEST_ROWS, ROWS_PER_DRIVER * (columns - 1))
    if n < needed:
        raise Refused(TOO_FEW, needed=needed, drivers=columns - 1, n=n)
    if method == "shapley" and columns - 1 > MOST_RESAMPLED:
        raise Refused(TOO_MANY, most=MOST_RESAMPLED)
    if not 0 < confidence < 1:
        raise Refused(N_("Confidence must lie between 0 and 1."))
    found = share_out(table[:, :-1], table[:, -1])
    spread = _resampled(table, share_out, resamples, seed) - found.weights
    ends = np.quantile(spread, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    # A part is never below 0 nor above the whole.
    low, high = np.clip(found.weights + ends * np.sqrt(min(n, MOST_DRAWN) / n), 0, 1)
    shares = found.weights / found.r_squared if found.r_squared > 0 else np.zeros(columns - 1)
    return Drivers(found.weights, low, high, shares, found.r_squared, n)


def importance_performance(
    importance: ArrayLike,
    performance: ArrayLike,
    importance_line: float | None = None,
    performance_line: float | None = None,
) -> ImportancePerformance:
    """In which of four fields each attribute lies: important or not, done well or not.

    Importance may be the shares of `drivers_of`, performance mean answers, each in its own unit. The
    lines between the fields are the means unless given; on a line counts as above it. An attribute
    with an unknown value has no field (None), nor a part in the means. Refused unless both have one
    value for each attribute.

    >>> found = importance_performance([0.5, 0.3, 0.1, 0.1], [2.0, 4.5, 2.5, 4.8])
    >>> found.fields, found.performance_line
    (('concentrate_here', 'keep_up', 'low_priority', 'possible_overkill'), 3.45)

    Source: Martilla and James (1977), Importance-Performance Analysis, Journal of Marketing 41(1).
    """
    important, performed = np.asarray(importance, dtype=float), np.asarray(performance, dtype=float)
    if important.ndim != 1 or important.shape != performed.shape:
        raise Refused(N_("Every attribute needs an importance and a performance."))
    known = np.isfinite(important) & np.isfinite(performed)
    lines = [
        float(line if line is not None else values[known].mean() if known.any() else np.nan)
        for line, values in ((importance_line, important), (performance_line, performed))
    ]
    fields = tuple(
        FIELDS[bool(i >= lines[0]), bool(p >= lines[1])] if is_known else None
        for i, p, is_known in zip(important, performed, known, strict=True)
    )
    return ImportancePerformance(fields, lines[0], lines[1])


METHODS: dict[Method, tuple[Callable[[ArrayLike, ArrayLike], Importance], int]] = {
    "relative_weights": (relative_weights, 1000),
    "shapley": (shapley, 200),
}


def _resampled(table: Floats, share_out: Callable[..., Importance], resamples: int, seed: int) -> Floats:
    """The parts in each resample of the rows; one in which the outcome does not vary is drawn again."""
    rng, n = np.random.default_rng(seed), len(table)
    found: list[Floats] = []
    while len(found) < resamples:
        drawn = table[rng.integers(n, size=min(n, MOST_DRAWN))]
        if np.ptp(drawn[:, -1]) > 0:
            found.append(share_out(drawn[:, :-1], drawn[:, -1]).weights)
    return np.array(found)


def _complete(X: ArrayLike, y: ArrayLike) -> Floats:
    """Drivers and, last, the outcome of the rows in which all is known."""
    drivers, outcome = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    if drivers.ndim != 2 or outcome.shape != (len(drivers),) or drivers.shape[1] == 0:
        raise Refused(N_("Drivers must be a table with one row for every outcome."))
    table = np.column_stack([drivers, outcome])
    return table[np.isfinite(table).all(axis=1)]


def _correlations(X: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats, int]:
    """Correlations among the drivers and with y over complete rows; 0 where a driver is constant."""
    table = _complete(X, y)
    n, columns = table.shape
    if n <= columns:
        raise Refused(N_("Sharing out R² needs more complete rows than drivers and one."))
    varying = np.ptp(table, axis=0) > 0
    if not varying[-1]:
        raise Refused(N_("An outcome that does not vary has no drivers."))
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
