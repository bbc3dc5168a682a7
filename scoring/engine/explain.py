"""Why a score is what it is, and what moved it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scoring.engine.aggregate import FLOOR, effective_weights, fill
from scoring.engine.definition import Definition
from scoring.engine.indicators.indicator import Floats
from scoring.engine.scales import points
from scoring.engine.score import aggregate, arguments

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration


@dataclass(frozen=True)
class Contribution:
    """An indicator's part in one score. `nominal` is its weight before the missing policy."""

    indicator: str
    reading: float | None
    points: float | None
    nominal: float
    weight: float
    contribution: float


@dataclass(frozen=True)
class Explanation:
    """One customer's score with its contributions, which add up to it."""

    score: float | None
    coverage: float
    low: float
    high: float
    contributions: tuple[Contribution, ...]

    def by_indicator(self) -> dict[str, float]:
        """Contribution by indicator id, as `what_moved` takes them."""
        return {each.indicator: each.contribution for each in self.contributions}


@dataclass(frozen=True)
class Moved:
    """What moved a score between two dates, by indicator id; all of it adds up to the change."""

    data: dict[str, float]
    rules: dict[str, float]

    @property
    def total(self) -> float:
        """The change of the score."""
        return math.fsum([*self.data.values(), *self.rules.values()])


def contributions(
    shard: Floats, segments: Any, definition: Definition, calibration: Calibration
) -> tuple[Floats, Floats]:
    """(Effective weights, contributions) of customers x members points.

    Weights add up to 1 and contributions, weight x points, to the score. For the geometric mean
    the weights are w / L(p, S) normalised, L the logarithmic mean of points and score, which makes
    it an arithmetic one. Source: Reinsdorf, Diewert & Ehemann (2002), additive decompositions.
    """
    given = arguments(segments, definition, calibration)
    weights = effective_weights(shard, **given)
    filled = fill(shard, given["policy"], given["neutral"])
    if definition.mean == "geometric":
        filled = np.maximum(filled, FLOOR)
        score = aggregate(shard, segments, definition, calibration).score
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = np.where(weights > 0, weights / log_mean(filled, score[:, None]), 0.0)
            weights = np.nan_to_num(weights / weights.sum(axis=1, keepdims=True))
    return weights, np.where(weights > 0, weights * np.nan_to_num(filled), 0.0)


def log_mean(a: Any, b: Any) -> Any:
    """The logarithmic mean (a - b) / (ln a - ln b) of positive numbers; of equal ones themselves.

    >>> float(log_mean(2.0, 2.0)), round(float(log_mean(1.0, np.e)), 12)
    (2.0, 1.718281828459)
    """
    excess = np.asarray(a, dtype=np.float64) / b - 1.0
    near = np.abs(excess) < 1e-6
    exact = excess / np.log1p(np.where(near, 1.0, excess))
    # Next to equality the quotient is 0/0; the series is exact there to double precision.
    return (b * np.where(near, 1.0 + excess / 2.0 - excess**2 / 12.0, exact))[()]


def explain(
    readings: NDArray[np.float32], segment: Any, definition: Definition, calibration: Calibration
) -> Explanation:
    """One customer's score and its contributions, in registry order.

    `readings` is the customer's row of all the registry's readings.
    """
    row = np.asarray(readings, dtype=np.float32).reshape(1, -1)
    shard = points(row, [segment], definition, calibration)
    mean = aggregate(shard, [segment], definition, calibration)
    weights, parts = contributions(shard, [segment], definition, calibration)
    flat = definition.flat
    return Explanation(
        score=_known(mean.score[0]),
        coverage=float(mean.coverage[0]),
        low=float(mean.low[0]),
        high=float(mean.high[0]),
        contributions=tuple(
            Contribution(
                indicator=member.indicator,
                reading=_known(row[0, place]),
                points=_known(shard[0, column]),
                nominal=float(flat.weights[column]),
                weight=float(weights[0, column]),
                contribution=float(parts[0, column]),
            )
            for column, (member, place) in enumerate(zip(flat.members, flat.places, strict=True))
        ),
    )


def what_moved(before: Mapping[str, float], after: Mapping[str, float], between: Mapping[str, float]) -> Moved:
    """What data and what rules moved of each indicator's contribution.

    `before` are the contributions of the old data by the old rules, `between` of the new data by
    the old rules, `after` of the new data by the new rules; an indicator left out contributes 0.
    Rules are the model's version, scales, calibration and settings.

    >>> what_moved({"tenure": 10.0}, {"tenure": 15.0}, between={"tenure": 12.0})
    Moved(data={'tenure': 2.0}, rules={'tenure': 3.0})
    """
    names = list(dict.fromkeys([*before, *between, *after]))
    return Moved(
        data={name: between.get(name, 0.0) - before.get(name, 0.0) for name in names},
        rules={name: after.get(name, 0.0) - between.get(name, 0.0) for name in names},
    )


def round_to_sum(values: Sequence[float], total: float, decimals: int = 1) -> list[float]:
    """The values rounded so that they add up to the rounded total: largest remainder.

    Each is rounded up or down; ties go to the earlier. `ValueError` when the values do not add up
    to the total to begin with.

    >>> round_to_sum([33.33, 33.33, 33.34], 100.0, 0)
    [33.0, 33.0, 34.0]
    """
    unit = 10**decimals
    scaled = [value * unit for value in values]
    whole = [math.floor(value) for value in scaled]
    left = round(total * unit) - sum(whole)
    if not 0 <= left <= len(values) or abs(math.fsum(values) - total) > 0.5 / unit:
        raise ValueError("The values do not add up to the total.")
    order = sorted(range(len(values)), key=lambda place: whole[place] - scaled[place])
    for place in order[:left]:
        whole[place] += 1
    return [number / unit for number in whole]


def _known(number: Any) -> float | None:
    return float(number) if np.isfinite(number) else None
