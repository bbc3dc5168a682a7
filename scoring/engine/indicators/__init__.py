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
    Fixed,
    Indicator,
    Percentiles,
    Scale,
)

__all__ = [
    "BY_ID",
    "KINDS",
    "REGISTRY",
    "UNITS",
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

_PLACES = {indicator.id: place for place, indicator in enumerate(REGISTRY)}


def index_of(indicator_id: str) -> int:
    """The indicator's place in the registry, which is its column in arrays of readings."""
    if indicator_id not in _PLACES:
        raise ValueError(f"There is no indicator named {indicator_id}.")
    return _PLACES[indicator_id]
