"""From readings to points: 0 to 100, higher is better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.engine.definition import Definition, Member
from scoring.engine.indicators import Fixed
from scoring.engine.indicators.indicator import Floats

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration


def linear(readings: Any, low: Any, high: Any) -> Floats:
    """Points of readings on the line from `low` (0 points) to `high` (100), clamped outside.

    NaN for a reading or an end that is NaN.

    >>> linear([0.15, 0.03, 0.0], 0.15, 0.0).round(9).tolist()
    [0.0, 80.0, 100.0]
    """
    share = (np.asarray(readings, dtype=np.float64) - low) / (np.asarray(high) - low)
    return np.clip(100.0 * share, 0.0, 100.0) + 0.0  # no negative zero


def points(readings: NDArray[np.float32], segments: Any, definition: Definition, calibration: Calibration) -> Floats:
    """Points of the model's members, customers x members in registry order; NaN = no points.

    `readings` has a column for every indicator of the registry; `segments` is one label a row.
    A calibrated scale that has no ends gives no points.
    """
    flat = definition.flat
    codes, labels = pd.factorize(np.asarray(segments, dtype=object))
    result = np.empty((len(readings), len(flat.members)), dtype=np.float64, order="F")
    for column, (member, place) in enumerate(zip(flat.members, flat.places, strict=True)):
        low, high = _ends(member, codes, list(labels), calibration)
        result[:, column] = linear(readings[:, place], low, high)
    return result


def neutral_points(segments: Any, definition: Definition, calibration: Calibration) -> Floats:
    """Points of the calibrated median readings on each customer's own scale, like `points`."""
    medians = np.full(int(definition.flat.places.max()) + 1, np.nan, dtype=np.float32)
    for member, place in zip(definition.flat.members, definition.flat.places, strict=True):
        scale = calibration.scales.get(member.indicator)
        if scale is not None:
            medians[place] = scale.median
    rows = np.broadcast_to(medians, (len(segments), len(medians)))
    return points(rows, segments, definition, calibration)


def _ends(member: Member, codes: NDArray[np.intp], labels: list[Any], calibration: Calibration) -> tuple[Any, Any]:
    scale = member.used_scale
    if isinstance(scale, Fixed):
        return scale.low, scale.high
    base = calibration.ends(member.indicator)
    if not scale.by_segment:
        return base
    ends = [calibration.ends(member.indicator, str(label)) for label in labels] + [base]
    # A customer without a segment has code -1, which is the last row: the whole base.
    low, high = np.array(ends, dtype=np.float64).T
    return low[codes], high[codes]
