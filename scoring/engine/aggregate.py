"""From points to a score: weighted means that say how much of the weight was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.engine.indicators.indicator import Floats

POLICIES = ("exclude", "neutral", "penalise")
FLOOR = 1.0


@dataclass(frozen=True)
class Aggregate:
    """A score, the share of the weight with points, and the score's range over what is missing.

    Plain floats for one customer, arrays for several.
    """

    score: Any
    coverage: Any
    low: Any
    high: Any


@dataclass(frozen=True)
class _Task:
    """Checked input: customers x indicators, NaN = missing, `filled` after the missing policy."""

    points: Floats
    filled: Floats
    weights: Floats
    criteria: NDArray[np.intp]


def weighted_mean(
    points: ArrayLike,
    weights: ArrayLike,
    criteria: Sequence[Any] | None = None,
    policy: str | Sequence[str] = "exclude",
    neutral: ArrayLike | None = None,
) -> Aggregate:
    """The weighted arithmetic mean of points, with coverage and range.

    Unit: points, 0 to 100. `points` is one customer's or customers x indicators, NaN = missing.
    Missing points are, by `policy` (one word, or one for each indicator): "exclude", the weight
    goes to the rest of the indicator's criterion, then to the others; "neutral", the `neutral`
    points; "penalise", 0 points. Coverage is the share of the weight with points; low and high
    are the score if every missing indicator had 0 points, and 100. Nothing to go by: NaN.

    >>> weighted_mean([80, None, 50], [50, 25, 25], criteria=[0, 0, 1])
    Aggregate(score=72.5, coverage=0.75, low=52.5, high=77.5)
    """
    return _aggregate(points, weights, criteria, policy, neutral, geometric=False)


def geometric_mean(
    points: ArrayLike,
    weights: ArrayLike,
    criteria: Sequence[Any] | None = None,
    policy: str | Sequence[str] = "exclude",
    neutral: ArrayLike | None = None,
) -> Aggregate:
    """The weighted geometric mean of points floored at 1: a very bad reading is not bought off.

    Unit: points, 1 to 100. Everything else as in `weighted_mean`.

    >>> round(geometric_mean([100, 25], [1, 1]).score, 9)
    50.0
    """
    return _aggregate(points, weights, criteria, policy, neutral, geometric=True)


def effective_weights(
    points: ArrayLike,
    weights: ArrayLike,
    criteria: Sequence[Any] | None = None,
    policy: str | Sequence[str] = "exclude",
    neutral: ArrayLike | None = None,
) -> Floats:
    """The weights after the missing policy: they add up to 1, or are all 0 with nothing to go by.

    The same shape as `points`.

    >>> effective_weights([80, None, 50], [50, 25, 25], criteria=[0, 0, 1]).tolist()
    [0.75, 0.0, 0.25]
    """
    task = _task(points, weights, criteria, policy, neutral)
    return _effective(task).reshape(np.shape(_as_points(points)))


def fill(points: ArrayLike, policy: str | Sequence[str], neutral: ArrayLike | None) -> Floats:
    """The points after the missing policy: still NaN where the indicator is excluded."""
    rows = np.atleast_2d(_as_points(points))
    words = [policy] * rows.shape[1] if isinstance(policy, str) else list(policy)
    if len(words) != rows.shape[1] or not set(words) <= set(POLICIES):
        raise ValueError("The policy must be exclude, neutral or penalise, for each indicator.")
    if "neutral" in words and neutral is None:
        raise ValueError("The policy neutral needs the neutral points.")
    filled = rows.copy(order="F")
    stand_in = None if neutral is None else np.broadcast_to(_as_points(neutral), rows.shape)
    for column, word in enumerate(words):
        missing = np.isnan(rows[:, column])
        if word == "penalise":
            filled[missing, column] = 0.0
        elif word == "neutral" and stand_in is not None:
            filled[missing, column] = stand_in[missing, column]
    return filled


def _as_points(points: ArrayLike) -> Floats:
    return np.asarray(points, dtype=np.float64)


def _task(
    points: ArrayLike,
    weights: ArrayLike,
    criteria: Sequence[Any] | None,
    policy: str | Sequence[str],
    neutral: ArrayLike | None,
) -> _Task:
    given = _as_points(points)
    rows = np.atleast_2d(given)
    if given.ndim not in (1, 2) or rows.shape[1] == 0:
        raise ValueError("The points must be one row or customers x indicators.")
    if np.any((rows < 0) | (rows > 100)):
        raise ValueError("Points must lie between 0 and 100.")
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != (rows.shape[1],):
        raise ValueError("There must be one weight for each indicator.")
    if not np.all(np.isfinite(w)) or np.any(w < 0) or not w.sum() > 0:
        raise ValueError("The weights must be finite, none negative and not all zero.")
    groups = np.zeros(len(w), dtype=np.intp)
    if criteria is not None:
        if len(criteria) != len(w):
            raise ValueError("There must be one criterion for each indicator.")
        order: dict[Any, int] = {}
        groups = np.array([order.setdefault(each, len(order)) for each in criteria], dtype=np.intp)
    # Weights are summed one by one, like everything below: pairwise sums depend on the length.
    return _Task(rows, fill(rows, policy, neutral), w / sum(w.tolist()), groups)


def _effective(task: _Task) -> Floats:
    """Weights after the missing policy, customers x indicators, accumulated column by column."""
    present = ~np.isnan(task.filled)
    groups = int(task.criteria.max()) + 1
    whole = [0.0] * groups
    there = np.zeros((len(present), groups), order="F")
    for column, weight in enumerate(task.weights.tolist()):
        group = task.criteria[column]
        whole[group] += weight
        there[:, group] += np.where(present[:, column], weight, 0.0)
    total = np.zeros(len(present))
    for group in range(groups):
        total += np.where(there[:, group] > 0, whole[group], 0.0)
    effective = np.zeros(present.shape, order="F")
    for column, weight in enumerate(task.weights.tolist()):
        group = task.criteria[column]
        shared = there[:, group] * total
        np.divide(
            weight * whole[group],
            shared,
            out=effective[:, column],
            where=present[:, column] & (shared > 0),
        )
    return effective


def _sum(points: Floats, weights: Floats, geometric: bool) -> Floats:
    """Sum of weight x points (or of logs), column by column in order; missing weighs nothing."""
    total = np.zeros(len(points))
    for column in range(points.shape[1]):
        weight = weights[..., column]
        values = np.ascontiguousarray(points[:, column])
        if geometric:
            values = np.log(np.maximum(values, FLOOR))
        total += np.where(weight > 0, weight * values, 0.0)
    return np.exp(total) if geometric else total


def _aggregate(
    points: ArrayLike,
    weights: ArrayLike,
    criteria: Sequence[Any] | None,
    policy: str | Sequence[str],
    neutral: ArrayLike | None,
    geometric: bool,
) -> Aggregate:
    task = _task(points, weights, criteria, policy, neutral)
    effective = _effective(task)
    score = _sum(task.filled, effective, geometric)
    known = np.zeros(len(score))
    there = np.zeros(len(score))
    for column, weight in enumerate(task.weights.tolist()):
        known += np.where(np.isnan(task.points[:, column]), 0.0, weight)
        there += effective[:, column]
    # Rounding may put score and coverage beyond their limits, or the ends a bit inside the score.
    score = np.minimum(np.where(there > 0, score, np.nan), 100.0)
    low = _sum(np.where(np.isnan(task.points), 0.0, task.points), task.weights, geometric)
    high = _sum(np.where(np.isnan(task.points), 100.0, task.points), task.weights, geometric)
    columns = (
        score,
        np.minimum(known, 1.0),
        np.fmin(low, score),
        np.minimum(np.fmax(high, score), 100.0),
    )
    if np.ndim(_as_points(points)) == 1:
        return Aggregate(*(float(column[0]) for column in columns))
    return Aggregate(*columns)
