"""The organisation's windows and limits: versioned, the same for every evaluation model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
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

    def __post_init__(self) -> None:
        for name in ("window_days", "recent_days", "lapse_days", "horizon_days", "value_months"):
            if getattr(self, name) < 1:
                raise ValueError(f"The setting {name} must be at least 1.")
        if self.lapse_gap_factor < 0 or self.annual_rate < 0:
            raise ValueError("The settings lapse_gap_factor and annual_rate must not be negative.")

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
