"""Binds a formula's parameters to the fact columns of the same names."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scoring.engine.derived import DERIVED
from scoring.engine.facts_table import ATTRIBUTES, LABELS
from scoring.engine.indicators.indicator import Floats
from scoring.engine.settings import Settings

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration


@cache
def parameters(formula: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the columns a formula asks for."""
    return tuple(inspect.signature(formula).parameters)


class Columns:
    """The facts of some customers by name, with the derived columns computed at first use."""

    def __init__(self, facts: pd.DataFrame, settings: Settings, calibration: Calibration) -> None:
        self.facts = facts
        self.settings = settings
        self.calibration = calibration
        self._columns: dict[str, Floats | None] = {}

    def __len__(self) -> int:
        return len(self.facts)

    def get(self, name: str) -> Floats | None:
        """The column, contiguous so that any number of rows takes one path; None if absent."""
        if name not in self._columns:
            self._columns[name] = self._read(name)
        return self._columns[name]

    def _read(self, name: str) -> Floats | None:
        if name in DERIVED:
            return self.call(DERIVED[name])
        if name in self.facts.columns and name not in LABELS:
            return np.ascontiguousarray(self.facts[name].to_numpy(dtype=np.float64, na_value=np.nan))
        return None

    @property
    def segment(self) -> Any:
        """Each customer's segment, '' where there is none."""
        return self.facts["segment"].to_numpy(dtype=object)

    @property
    def attributes(self) -> dict[str, tuple[Any, Any]]:
        """By attribute the mean answer, and how many fresh answers it is worth; those that are absent left out."""
        pairs = {
            each: (self.get(f"attribute_{each}_mean"), self.get(f"attribute_{each}_answers")) for each in ATTRIBUTES
        }
        return {each: pair for each, pair in pairs.items() if pair[0] is not None}

    def call(self, formula: Callable[..., Any]) -> Any:
        """What the formula makes of its columns; None if one of them is absent."""
        given: dict[str, Any] = {}
        for name in parameters(formula):
            if name in ("settings", "calibration", "attributes", "segment"):
                given[name] = getattr(self, name)
                continue
            column = self.get(name)
            if column is None:
                return None
            given[name] = column
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return formula(**given)
