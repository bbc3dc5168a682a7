"""Weights of criteria: from experts' judgements (AHP), from data (entropy, CRITIC), and blends.

All weights are shares: at least 0, adding up to 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Saaty (1980): the mean consistency index of random judgements about 1, 2, … 15 things.
RANDOM_INDEX = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
# Judgements entered as 0.33 for a third are still reciprocal.
ROUNDING = 0.05


@dataclass(frozen=True)
class Ahp:
    """See `ahp`."""

    weights: Floats
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    worst_judgement: tuple[int, int, float] | None


def ahp(matrix: ArrayLike) -> Ahp:
    """The weights behind a matrix of pairwise judgements, and how consistent the judgements are.

    ``matrix[i][j]`` says how many times as important i is as j (1 to 9, or the reciprocal). The
    weights are the principal eigenvector. A consistency_ratio up to 0.1 is usually accepted; it is
    0 for one or two criteria. ``worst_judgement`` is (i, j, value): the judgement furthest from the
    weights, and the value that all the others suggest; None if all agree.

    >>> result = ahp([[1, 3, 5], [1/3, 1, 2], [1/5, 1/2, 1]])
    >>> result.weights.round(3).tolist(), round(result.consistency_ratio, 3)
    ([0.648, 0.23, 0.122], 0.003)

    Source: Saaty (1980), The Analytic Hierarchy Process; the suggestion: Harker (1987), as in Saaty
    (2003), Decision-making with the AHP: Why is the principal eigenvector necessary.
    """
    judgements = _reciprocal(matrix)
    n = len(judgements)
    weights, lambda_max = _principal(judgements)
    index = max(lambda_max - n, 0.0) / (n - 1) if n > 2 else 0.0
    ratio = index / RANDOM_INDEX[n - 1] if n > 2 else 0.0
    return Ahp(weights, lambda_max, index, ratio, _worst(judgements, weights))


def combine_experts(matrices: Sequence[ArrayLike]) -> Floats:
    """One matrix of judgements from those of several experts: the geometric mean, cell by cell.

    It is reciprocal again; an arithmetic mean would not be.

    >>> combine_experts([[[1, 2], [1/2, 1]], [[1, 8], [1/8, 1]]]).round(9).tolist()
    [[1.0, 4.0], [0.25, 1.0]]

    Source: Aczél and Saaty (1983), Procedures for Synthesizing Ratio Judgements.
    """
    experts = [_reciprocal(matrix) for matrix in matrices]
    if not experts or len({expert.shape for expert in experts}) > 1:
        raise ValueError("Combining experts needs at least one matrix, and all of the same size.")
    return np.exp(np.mean(np.log(experts), axis=0))


def entropy(matrix: ArrayLike) -> Floats:
    """Weights by how much each column tells the rows apart.

    Rows are units (customers, segments, months), columns criteria, values at least 0. Each column
    is turned into shares of its sum; the more uneven the shares, the greater the weight. A constant
    column weighs exactly 0. ValueError if every column is constant.

    >>> entropy([[1, 5, 1], [1, 5, 3]]).tolist()
    [0.0, 0.0, 1.0]

    Source: Shannon (1948); Hwang and Yoon (1981), Multiple Attribute Decision Making, section 4.
    """
    values = _table(matrix)
    if np.any(values < 0):
        raise ValueError("Entropy weights need values of at least 0.")
    varying = np.ptp(values, axis=0) > 0
    shares = values[:, varying] / values[:, varying].sum(axis=0)
    logs = np.log(np.where(shares > 0, shares, 1.0))  # 0 · ln 0 = 0
    diversity = np.zeros(values.shape[1])
    diversity[varying] = 1 + (shares * logs).sum(axis=0) / np.log(len(values))
    return _to_one(diversity, "Entropy weights need a column that varies.")


def critic(matrix: ArrayLike, directions: Sequence[str]) -> Floats:
    """Weights by how much each column varies and how little the others already say it.

    Rows are units, columns criteria; ``directions`` names each column "benefit" or "cost". Columns
    are stretched to 0-1 with 1 the best; weight is proportional to the standard deviation times the
    sum over the other columns of 1 - correlation. A constant column weighs 0. ValueError if no
    weight is left: every column constant, or all saying exactly the same.

    >>> critic([[1, 9, 4], [2, 7, 4], [3, 8, 4]], ["benefit", "cost", "benefit"]).round(3).tolist()
    [0.5, 0.5, 0.0]

    Source: Diakoulaki, Mavrotas and Papayannakis (1995), Computers & Operations Research 22(7).
    """
    values = _table(matrix)
    if len(directions) != values.shape[1] or not set(directions) <= {"benefit", "cost"}:
        raise ValueError('CRITIC needs a direction, "benefit" or "cost", for every column.')
    values = values * np.where(np.array(directions) == "cost", -1.0, 1.0)
    varying = np.ptp(values, axis=0) > 0
    stretched = (values[:, varying] - values[:, varying].min(axis=0)) / np.ptp(values[:, varying], axis=0)
    information = np.zeros(values.shape[1])
    if varying.any():
        conflict = 1 - np.corrcoef(stretched, rowvar=False).reshape(varying.sum(), varying.sum())
        information[varying] = stretched.std(axis=0) * np.where(conflict > 1e-12, conflict, 0).sum(axis=0)
    return _to_one(information, "CRITIC weights need columns that vary and differ.")


def blend_linear(weight_sets: ArrayLike, shares: ArrayLike | None = None) -> Floats:
    """The weighted mean of several sets of weights.

    One row per set, each first brought to a sum of 1; ``shares`` says how much each set counts,
    equally by default.

    >>> blend_linear([[0.6, 0.3, 0.1], [40, 40, 20]], shares=[0.75, 0.25]).round(3).tolist()
    [0.55, 0.325, 0.125]
    """
    sets, parts = _sets(weight_sets, shares)
    return (parts[:, np.newaxis] * sets).sum(axis=0)


def blend_multiplicative(weight_sets: ArrayLike, shares: ArrayLike | None = None) -> Floats:
    """The weighted geometric mean of several sets of weights, brought to a sum of 1.

    As `blend_linear`, but what one set holds worthless stays worthless. Blending a set with itself
    changes nothing. ValueError if nothing keeps a weight.

    >>> blend_multiplicative([[0.8, 0.2, 0.0], [0.2, 0.2, 0.6]]).round(3).tolist()
    [0.667, 0.333, 0.0]
    """
    sets, parts = _sets(weight_sets, shares)
    product = np.prod(sets ** parts[:, np.newaxis], axis=0)
    return _to_one(product, "The sets of weights have no criterion in common.")


def _reciprocal(matrix: ArrayLike) -> Floats:
    judgements = np.asarray(matrix, dtype=float)
    if judgements.ndim != 2 or judgements.shape[0] != judgements.shape[1] or judgements.size == 0:
        raise ValueError("Judgements must be a square matrix.")
    if len(judgements) > len(RANDOM_INDEX):
        raise ValueError("Judgements are limited to 15 criteria; group them first.")
    if not np.all(np.isfinite(judgements) & (judgements > 0)):
        raise ValueError("Judgements must be above 0 and finite.")
    if np.any(np.abs(judgements * judgements.T - 1) > ROUNDING):
        raise ValueError("A judgement and its opposite must be reciprocal, and the diagonal 1.")
    return judgements


def _principal(matrix: Floats) -> tuple[Floats, float]:
    """The principal eigenvector, adding up to 1, and its eigenvalue."""
    values, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(values.real))
    vector = np.abs(vectors[:, principal].real)
    return vector / vector.sum(), float(values[principal].real)


def _worst(judgements: Floats, weights: Floats) -> tuple[int, int, float] | None:
    distance = np.abs(np.log(judgements * weights / weights[:, np.newaxis]))
    # Rounded, since with three criteria all judgements are equally far off: then the first.
    distance = np.triu(distance, 1).round(9)
    if not distance.any():
        return None
    i, j = divmod(int(distance.argmax()), len(weights))
    # Harker: without this judgement, which its two criteria make up for by counting double.
    without = judgements.copy()
    without[i, j] = without[j, i] = 0
    without[i, i] = without[j, j] = 2
    others, _ = _principal(without)
    return i, j, float(others[i] / others[j])


def _table(matrix: ArrayLike) -> Floats:
    values = np.asarray(matrix, dtype=float)
    if values.ndim != 2 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError("Weights from data need a table of at least two rows, all values known.")
    return values


def _sets(weight_sets: ArrayLike, shares: ArrayLike | None) -> tuple[Floats, Floats]:
    sets = np.asarray(weight_sets, dtype=float)
    if sets.ndim != 2 or not np.all(np.isfinite(sets) & (sets >= 0)) or not np.all(sets.sum(axis=1) > 0):
        raise ValueError("Every set of weights must be at least 0 and not all 0.")
    parts = np.ones(len(sets)) if shares is None else np.asarray(shares, dtype=float)
    if parts.shape != (len(sets),) or not np.all(np.isfinite(parts) & (parts >= 0)):
        raise ValueError("Shares must be at least 0, one for every set of weights.")
    return sets / sets.sum(axis=1, keepdims=True), _to_one(parts, "Shares must not all be 0.")


def _to_one(parts: Floats, complaint: str) -> Floats:
    if not parts.sum() > 0:
        raise ValueError(complaint)
    return parts / parts.sum()
