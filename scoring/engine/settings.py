"""The organisation's windows and limits: versioned, the same for every evaluation model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Windows, limits and rates by which facts are collected and readings measured."""

    version: int = 1
    window_days: int = 365
    recent_days: int = 90
    lapse_days: int = 180
    lapse_gap_factor: float = 3.0
    horizon_days: int = 180
    value_months: int = 36
    annual_rate: float = 0.10
    visit_days: Mapping[str, int] = field(default_factory=dict)
    """By tier, after how many days a customer should be seen again; a tier left out has no interval."""
    service_cost_an_hour: int = 0
    """What an hour of recorded service time costs, in minor units."""

    def __post_init__(self) -> None:
        for name in ("window_days", "recent_days", "lapse_days", "horizon_days", "value_months"):
            if getattr(self, name) < 1:
                raise ValueError(f"The setting {name} must be at least 1.")
        if min(self.lapse_gap_factor, self.annual_rate, self.service_cost_an_hour) < 0:
            raise ValueError("Factors, rates and costs of the settings must not be negative.")
        if any(days < 1 for days in self.visit_days.values()):
            raise ValueError("The setting visit_days must be at least 1 for every tier.")

    def to_dict(self) -> dict[str, Any]:
        """The settings as a plain dict, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Settings:
        """The settings of a plain dict; what is left out takes its default."""
        unknown = sorted(set(data) - {field.name for field in fields(cls)})
        if unknown:
            raise ValueError(f"There is no setting named {', '.join(unknown)}.")
        return cls(**data)
