"""From readings to the columns of the score store, for a shard of customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scoring.engine import bands
from scoring.engine.aggregate import Aggregate, geometric_mean, weighted_mean
from scoring.engine.definition import Definition
from scoring.engine.indicators.indicator import Floats
from scoring.engine.scales import neutral_points, points

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration


@dataclass(frozen=True)
class ScoreColumns:
    """One array each, a place per customer; score NaN and band "insufficient" without data."""

    score: Floats
    coverage: Floats
    low: Floats
    high: Floats
    band: NDArray[np.object_]


def score_shard(
    readings: NDArray[np.float32],
    segments: Any,
    definition: Definition,
    calibration: Calibration,
    previous_bands: Any = None,
) -> ScoreColumns:
    """Score, coverage, range and band of each customer.

    The same to the last bit whatever the size of the shard. `readings` has the registry's
    columns, `segments` and `previous_bands` one label a customer (None where there is none).
    """
    mean = aggregate(points(readings, segments, definition, calibration), segments, definition, calibration)
    band = bands.assign(mean.score, mean.coverage, definition, readings, previous_bands)
    return ScoreColumns(mean.score, mean.coverage, mean.low, mean.high, band)


def aggregate(shard: Floats, segments: Any, definition: Definition, calibration: Calibration) -> Aggregate:
    """Score, coverage and range of customers x members points, by the definition's mean."""
    mean = geometric_mean if definition.mean == "geometric" else weighted_mean
    return mean(shard, **arguments(segments, definition, calibration))


def arguments(segments: Any, definition: Definition, calibration: Calibration) -> dict[str, Any]:
    """The definition's weights, criteria and policies, as the means take them."""
    flat = definition.flat
    neutral = None
    if "neutral" in flat.policies:
        neutral = neutral_points(segments, definition, calibration)
    return {
        "weights": flat.weights,
        "criteria": flat.criteria.tolist(),
        "policy": flat.policies,
        "neutral": neutral,
    }
