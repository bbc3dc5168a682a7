"""The registry: every indicator of the catalogue, in its order."""

from __future__ import annotations

from scoring.engine.indicators import (
    customisation,
    delivery,
    engagement,
    growth,
    loyalty,
    risk,
    satisfaction,
    service,
    value,
)
from scoring.engine.indicators.indicator import (
    KINDS,
    UNITS,
    Extra,
    Fixed,
    Indicator,
    Percentiles,
    Scale,
)

__all__ = [
    "BY_ID",
    "FIGURES",
    "KINDS",
    "REGISTRY",
    "UNITS",
    "Extra",
    "Fixed",
    "Indicator",
    "Percentiles",
    "Scale",
    "index_of",
]

REGISTRY: tuple[Indicator, ...] = (
    *satisfaction.INDICATORS,
    *loyalty.INDICATORS,
    *value.INDICATORS,
    *growth.INDICATORS,
    *service.INDICATORS,
    *customisation.INDICATORS,
    *engagement.INDICATORS,
    *delivery.INDICATORS,
    *risk.INDICATORS,
)

BY_ID: dict[str, Indicator] = {indicator.id: indicator for indicator in REGISTRY}


def _figures(indicator: Indicator) -> dict[str, tuple[Indicator, Indicator | Extra]]:
    own: dict[str, Indicator | Extra] = {indicator.id: indicator} if indicator.parts else {}
    own |= {f"{indicator.id}.{extra.id}": extra for extra in indicator.extras}
    return {key: (indicator, spec) for key, spec in own.items()}


FIGURES = {key: pair for indicator in REGISTRY for key, pair in _figures(indicator).items()}
"""Every population figure by its id, in the order of the registry: its indicator, and what it is made of."""

_PLACES = {indicator.id: place for place, indicator in enumerate(REGISTRY)}


def index_of(indicator_id: str) -> int:
    """The indicator's place in the registry, which is its column in arrays of readings."""
    if indicator_id not in _PLACES:
        raise ValueError(f"There is no indicator named {indicator_id}.")
    return _PLACES[indicator_id]
