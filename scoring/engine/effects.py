"""Did a plan work? Customers it reached against similar ones it did not reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import KDTree

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RESAMPLES = 2000
NEAREST = 32


@dataclass(frozen=True)
class Effect:
    """See `difference_in_differences`."""

    effect: float
    standard_error: float
    low: float
    high: float
    n_treated: int
    n_control: int


def match(treated: ArrayLike, candidates: ArrayLike, exact: Sequence[int] = ()) -> Integers:
    """Pairs (treated, candidate) of row numbers that make the pairs most alike, nobody used twice.

    Both are tables with the same columns, say the readings before the plan. Columns listed in
    ``exact`` must be equal within a pair; over the others, each divided by its standard deviation,
    the sum of the distances is the least. Ordered by treated row. Rows with an unknown value, and
    those for whom nobody is left, have no pair.

    >>> match([[1.0, 0], [5.0, 1]], [[5.1, 0], [5.2, 1], [0.8, 0]], exact=[1]).tolist()
    [[0, 2], [1, 1]]

    Source: Rosenbaum (1989), Optimal Matching for Observational Studies, JASA 84(408).
    """
    ours, others = _tables(treated, candidates, exact)
    both = np.vstack([ours, others])
    known = np.flatnonzero(np.isfinite(both).all(axis=1))
    if known.size == 0:
        return np.empty((0, 2), dtype=np.int64)
    places = np.delete(both, list(exact), axis=1)
    spread = places[known].std(axis=0)
    # The zeros give a place to everybody where all columns are exact.
    places = np.column_stack([places / np.where(spread > 0, spread, 1.0), np.zeros(len(both))])
    pairs = []
    for mine, theirs in _strata(both[:, list(exact)], known, len(ours)):
        if len(mine) <= len(theirs):
            chosen = _closest(places[mine], places[theirs])
        else:
            chosen = _closest(places[theirs], places[mine])[:, ::-1]
        pairs.append(np.column_stack([mine[chosen[:, 0]], theirs[chosen[:, 1]] - len(ours)]))
    found = np.vstack(pairs)
    return found[np.argsort(found[:, 0])]


def difference_in_differences(
    treated_before: ArrayLike,
    treated_after: ArrayLike,
    control_before: ArrayLike,
    control_after: ArrayLike,
    pairs: ArrayLike | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Effect | None:
    """How much more the treated changed than the controls did.

    In the unit of the readings: mean change of the treated minus mean change of the controls, or
    with ``pairs`` (rows of treated and control, as from `match`) the mean over pairs. Before and
    after are of the same customers in the same order; whoever has one unknown is left out, with
    the pair. Standard error and interval from 2000 resamples of pairs, or of the customers on each
    side, the same for the same seed; NaN with fewer than two. None if a side has nobody.

    >>> result = difference_in_differences([50, 60, 55], [58, 66, 60], [52, 61], [53, 63])
    >>> round(result.effect, 3), result.n_treated, result.n_control
    (4.833, 3, 2)

    Source: Card and Krueger (1994), American Economic Review 84(4); resampling whole customers:
    Bertrand, Duflo and Mullainathan (2004), Quarterly Journal of Economics 119(1).
    """
    if not 0 < confidence < 1:
        raise ValueError("Confidence must lie between 0 and 1.")
    treated, control = _changes(treated_before, treated_after), _changes(control_before, control_after)
    if pairs is None:
        sides = [treated[~np.isnan(treated)], control[~np.isnan(control)]]
        n_treated, n_control = sides[0].size, sides[1].size
    else:
        gained = _differences(treated, control, pairs)
        sides = [gained]
        n_treated = n_control = gained.size
    if not (n_treated and n_control):
        return None
    means = [side.mean() for side in sides]
    error, low, high = np.nan, np.nan, np.nan
    if min(n_treated, n_control) > 1:
        effects = _resampled(sides, np.random.default_rng(seed))
        error = effects.std(ddof=1)
        low, high = np.quantile(effects, [(1 - confidence) / 2, (1 + confidence) / 2])
    effect = means[0] - sum(means[1:])
    return Effect(float(effect), float(error), float(low), float(high), n_treated, n_control)


def _tables(treated: ArrayLike, candidates: ArrayLike, exact: Sequence[int]) -> tuple[Floats, Floats]:
    ours, others = (np.asarray(rows, dtype=float) for rows in (treated, candidates))
    ours, others = (table[:, np.newaxis] if table.ndim == 1 else table for table in (ours, others))
    if ours.ndim != 2 or others.ndim != 2 or ours.shape[1] != others.shape[1]:
        raise ValueError("Treated and candidates must be tables with the same columns.")
    if not set(exact) <= set(range(ours.shape[1])):
        raise ValueError("Exact columns must be numbers of columns.")
    return ours, others


def _strata(keys: Floats, known: NDArray[np.intp], n_treated: int) -> Iterator[tuple[Integers, Integers]]:
    """Rows of treated and of candidates that agree in the exact columns."""
    stratum = np.unique(keys[known], axis=0, return_inverse=True)[1] if keys.shape[1] else np.zeros_like(known)
    order = np.argsort(stratum, kind="stable")
    for rows in np.split(known[order], np.flatnonzero(np.diff(stratum[order])) + 1):
        yield rows[rows < n_treated], rows[rows >= n_treated]


def _closest(few: Floats, many: Floats) -> Integers:
    """Row numbers of the pairing of all the few with some of the many at the least total distance.

    Looks at everybody's nearest only, and at more of them where these do not suffice for all.
    """
    if len(few) == 0:
        return np.empty((0, 2), dtype=np.int64)
    tree, nearest = KDTree(many), min(NEAREST, len(many))
    while True:
        distance, column = map(np.asarray, tree.query(few, k=np.arange(1, nearest + 1)))
        starts = np.arange(0, distance.size + 1, nearest)
        # + 1, since a stored distance of 0 would mean no pair.
        costs = csr_array((distance.ravel() + 1, column.ravel(), starts), shape=(len(few), len(many)))
        try:
            return np.column_stack(min_weight_full_bipartite_matching(costs)).astype(np.int64)
        except ValueError:
            # Too many share these neighbours. With all of them everybody finds a partner.
            nearest = min(2 * nearest, len(many))


def _changes(before: ArrayLike, after: ArrayLike) -> Floats:
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError("Before and after must be readings of the same customers.")
    return second - first


def _differences(treated: Floats, control: Floats, pairs: ArrayLike) -> Floats:
    rows = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if np.any((rows < 0) | (rows >= [treated.size, control.size])):
        raise ValueError("Pairs must be row numbers of treated and control.")
    differences = treated[rows[:, 0]] - control[rows[:, 1]]
    return differences[~np.isnan(differences)]


def _resampled(sides: list[Floats], rng: np.random.Generator) -> Floats:
    """The effect in each resample, every side drawn anew with replacement."""
    means = np.zeros((2, RESAMPLES))
    for i in range(RESAMPLES):
        for which, side in enumerate(sides):
            means[which, i] = side[rng.integers(side.size, size=side.size)].mean()
    return means[0] - means[1]
