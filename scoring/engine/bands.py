"""From scores to bands, steady from night to night, capped by knock-out rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.engine.definition import Definition
from scoring.engine.indicators import index_of
from scoring.engine.indicators.indicator import Floats

INSUFFICIENT = "insufficient"
DIGITS = 9


def assign(
    score: Floats,
    coverage: Floats,
    definition: Definition,
    readings: NDArray[np.float32] | None = None,
    previous: Any = None,
) -> NDArray[np.object_]:
    """The band of each score; "insufficient" below the minimum coverage or without a score.

    A customer keeps the `previous` band (the last published one) until the score is 2 points
    outside it. Knock-outs on `readings` (registry columns) cap the band afterwards.
    """
    # 84.9999999999999 is 85: nobody should fall a band for how a sum was rounded.
    score, coverage = np.round(score, DIGITS), np.round(coverage, DIGITS)
    minimums = np.array([band.minimum for band in definition.bands])
    place = (score[:, None] < minimums[None, :]).sum(axis=1).clip(max=len(minimums) - 1)
    if previous is not None:
        place = _steady(place, score, minimums, definition, previous)
    if readings is not None:
        place = np.maximum(place, _caps(readings, definition))
    names = np.array([band.name for band in definition.bands] + [INSUFFICIENT], dtype=object)
    enough = (coverage >= definition.minimum_coverage) & np.isfinite(score)
    return names[np.where(enough, place, len(minimums))]


def _steady(
    place: NDArray[np.intp],
    score: Floats,
    minimums: Floats,
    definition: Definition,
    previous: Any,
) -> NDArray[np.intp]:
    names = pd.Index([band.name for band in definition.bands], dtype=object)
    before = names.get_indexer(pd.Index(np.asarray(previous, dtype=object)))
    ceilings = np.concatenate([[np.inf], minimums[:-1]])
    stays = (
        (before >= 0)
        & (score >= minimums[before] - definition.hysteresis)
        & (score < ceilings[before] + definition.hysteresis)
    )
    return np.where(stays, before, place)


def _caps(readings: NDArray[np.float32], definition: Definition) -> NDArray[np.intp]:
    """The best band that the knock-outs leave open, as its place; no reading knocks nobody out."""
    names = [band.name for band in definition.bands]
    best = np.zeros(len(readings), dtype=np.intp)
    for rule in definition.knock_outs:
        reading = readings[:, index_of(rule.indicator)].astype(np.float64)
        above = np.inf if rule.above is None else rule.above
        below = -np.inf if rule.below is None else rule.below
        out = (reading > above) | (reading < below)
        best = np.maximum(best, np.where(out, names.index(rule.cap), 0))
    return best
