"""What an indicator is: its words, its scale, the records it needs and its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.engine.text import N_

Floats: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = float | Floats
Level = Literal["C", "P", "CP"]

KINDS: dict[str, str] = {
    "orders": N_("Orders are not recorded."),
    "costs": N_("Costs are not recorded."),
    "deliveries": N_("Deliveries are not recorded."),
    "returns": N_("Returns are not recorded."),
    "customisation": N_("Whether orders are customised is not recorded."),
    "complaints": N_("Complaints are not recorded."),
    "surveys": N_("Surveys are not recorded."),
    "interactions": N_("Interactions are not recorded."),
    "opportunities": N_("Opportunities are not recorded."),
    "visits": N_("Return visits are not recorded."),
    "credit": N_("Credit is not recorded."),
    "acquisition": N_("Acquisition costs and referrals are not recorded."),
    "participation": N_("Participation is not recorded."),
    "inspections": N_("Product tests are not recorded."),
}

UNITS: dict[str, str] = {
    "share": N_("share"),
    "percent": N_("percent"),
    "growth": N_("growth"),
    "money": N_("money"),
    "days": N_("days"),
    "months": N_("months"),
    "years": N_("years"),
    "per_year": N_("per year"),
    "per_quarter": N_("per quarter"),
    "per_100_orders": N_("per 100 orders"),
    "of_target": N_("times the target"),
    "ratio": N_("ratio"),
    "count": N_("count"),
    "points": N_("points"),
    "grade_1_7": N_("grade, 1 to 7"),
    "grade_1_10": N_("grade, 1 to 10"),
    "grade_0_10": N_("grade, 0 to 10"),
}


@dataclass(frozen=True)
class Fixed:
    """A scale between two readings: the one that gives 0 points and the one that gives 100."""

    low: float
    high: float


@dataclass(frozen=True)
class Percentiles:
    """A scale between two calibrated percentiles, of the segment or of the whole base."""

    low: int = 10
    high: int = 90
    by_segment: bool = False


Scale: TypeAlias = Fixed | Percentiles


@dataclass(frozen=True, kw_only=True)
class Extra:
    """A further figure of the population beside the indicator's own: its id is <indicator>.<id>."""

    id: str
    name: str
    definition: str
    unit: str
    parts: Callable[..., tuple[Any, Any]]
    factor: float = 1.0
    offset: float = 0.0
    is_share: bool = False
    squares: Callable[..., Any] | None = None
    at_least: int = 1
    is_total: bool = False
    """Whether it is a sum of what is ours, such as money spent: no mean, and told of groups of any size."""


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One measured quantity. `measure` and `parts` take fact columns by their parameters' names.

    The population's value is factor x (sum of numerators / sum of denominators) + offset.
    """

    id: str
    criterion: str
    level: Level
    unit: str
    name: str
    question: str
    definition: str
    no_data: str
    kinds: tuple[str, ...]
    scale: Scale
    measure: Callable[..., Any] | None = None
    records: str | None = None
    parts: Callable[..., tuple[Any, Any]] | None = None
    factor: float = 1.0
    offset: float = 0.0
    is_share: bool = False
    """Whether the population's value is a share, which carries a Wilson interval."""
    squares: Callable[..., Any] | None = None
    """For a mean of answers: the sum of their squares, which gives the interval."""
    at_least: int = 1
    """The smallest denominator that has a value."""
    is_total: bool = False
    extras: tuple[Extra, ...] = ()

    @property
    def direction(self) -> Literal["higher", "lower"]:
        """Which way a reading is better, as the scale says."""
        return "higher" if self.scale.high > self.scale.low else "lower"

    def to_dict(self) -> dict[str, str]:
        """Its entry in the catalogue, as commands and the API list it."""
        names = ("id", "criterion", "level", "unit", "direction", "question")
        return {name: getattr(self, name) for name in names}

    @property
    def enters_scores(self) -> bool:
        """Whether single customers have readings of it."""
        return "C" in self.level


def ratio(numerator: Numbers, denominator: Numbers) -> Any:
    """Numerator / denominator; NaN where the denominator is not positive or unknown.

    >>> float(ratio(1, 4))
    0.25
    >>> float(ratio(1, 0))
    nan
    """
    top, bottom = np.broadcast_arrays(
        np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    )
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)[()]


def only(condition: Any, values: Numbers) -> Any:
    """The values where the condition holds, NaN elsewhere.

    >>> float(only(False, 3.0))
    nan
    """
    return np.where(condition, values, np.nan)[()]
