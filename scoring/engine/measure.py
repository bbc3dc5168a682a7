"""From facts to readings: every indicator of the registry, for every customer at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scoring.engine.columns import Columns
from scoring.engine.indicators import BY_ID, KINDS, REGISTRY, Indicator
from scoring.engine.settings import Settings
from scoring.engine.text import N_

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration

NEED_PURCHASES = {"purchase_probability", "probability_alive"}
NEED_VALUES = {"lifetime_revenue", "lifetime_value"}


@dataclass(frozen=True)
class Readings:
    """Readings and the records behind them: customers x indicators, in registry order."""

    values: NDArray[np.float32]
    records: NDArray[np.int32]


def is_recorded(indicator: Indicator, recorded: Mapping[str, bool]) -> bool:
    """Whether the organisation records everything the indicator needs."""
    return all(recorded.get(kind, False) for kind in indicator.kinds)


def is_readable(indicator: Indicator, recorded: Mapping[str, bool]) -> bool:
    """Whether customers can have readings of it: there is a formula and its records are kept."""
    return indicator.measure is not None and is_recorded(indicator, recorded)


def measure(
    facts: pd.DataFrame | Columns,
    recorded: Mapping[str, bool],
    settings: Settings,
    calibration: Calibration,
) -> Readings:
    """The customers' readings, rounded to float32, NaN where there is none, and their records.

    An indicator whose kind of record is not kept has no reading: not recorded is not perfect. The
    same to the last bit for one row and a million: nothing is ever summed over rows.
    """
    columns = facts if isinstance(facts, Columns) else Columns(facts, settings, calibration)
    shape = (len(columns), len(REGISTRY))
    values = np.full(shape, np.nan, dtype=np.float32, order="F")
    records = np.zeros(shape, dtype=np.int32, order="F")
    for place, indicator in enumerate(REGISTRY):
        if indicator.measure is None or not is_recorded(indicator, recorded):
            continue
        reading = columns.call(indicator.measure)
        if reading is not None:
            with np.errstate(over="ignore"):
                rounded = np.asarray(reading).astype(np.float32)
            values[:, place] = np.where(np.isfinite(rounded), rounded, np.nan)
        counted = columns.get(indicator.records) if indicator.records else None
        if counted is not None:
            records[:, place] = np.where(np.isfinite(counted), counted, 0).astype(np.int32)
    return Readings(values, records)


def why_no_data(indicator_id: str, recorded: Mapping[str, bool], calibration: Calibration | None = None) -> str:
    """The sentence that says why a customer has no reading, in English for translation."""
    indicator = BY_ID[indicator_id]
    if not indicator.enters_scores:
        return N_("This is measured for groups of customers, not for one.")
    for kind in indicator.kinds:
        if not recorded.get(kind, False):
            return KINDS[kind]
    if indicator.measure is None:
        return N_("This release does not measure it yet.")
    if calibration is not None:
        if indicator_id in NEED_PURCHASES | NEED_VALUES and calibration.purchases is None:
            return calibration.no_purchases
        if indicator_id in NEED_VALUES and calibration.values is None:
            return calibration.no_values
    return indicator.no_data
