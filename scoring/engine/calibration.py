"""Calibrations: dated goalposts, fitted from all customers, that stay put while these change."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from scoring.engine import clv, rfm
from scoring.engine.columns import Columns
from scoring.engine.indicators import REGISTRY, lifetime
from scoring.engine.indicators.indicator import Floats
from scoring.engine.indicators.satisfaction import SHRUNK
from scoring.engine.measure import is_readable, measure
from scoring.engine.settings import Settings
from scoring.engine.text import N_

ENOUGH_CUSTOMERS = 30
ENOUGH_REPEATS = 10
NOWHERE = (math.nan, math.nan)

NOT_FITTED = N_("The purchase model is not fitted yet.")
TOO_FEW = N_("There are too few customers, or too few who came back, to fit the purchase model.")
NO_FIT = N_("The purchase model could not be fitted to these orders.")
NO_VALUES = N_("The model of order values could not be fitted to these orders.")


@dataclass(frozen=True)
class CalibratedScale:
    """10th percentile, median and 90th percentile of an indicator's readings.

    `low` and `high` are None where fewer than 30 readings or equal percentiles make no scale;
    `segments` holds only the segments that have a scale of their own, `medians` the median
    reading of every segment.
    """

    n: int
    median: float
    low: float | None = None
    high: float | None = None
    segments: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    medians: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Calibration:
    """What measuring and scoring need to know of the whole customer base, as of a date."""

    as_of: date
    settings_version: int = 1
    customers: int = 0
    purchases: clv.PurchaseModel | None = None
    no_purchases: str = NOT_FITTED
    values: clv.SpendingModel | None = None
    no_values: str = NOT_FITTED
    margin: float | None = None
    cuts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    means: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """What survey answers are shrunk to: by fact and segment, "" for the whole base."""
    scales: Mapping[str, CalibratedScale] = field(default_factory=dict)

    def ends(self, indicator_id: str, segment: str | None = None) -> tuple[float, float]:
        """The readings of 0 and 100 points: the segment's, else the base's, else (NaN, NaN)."""
        scale = self.scales.get(indicator_id)
        if scale is None:
            return NOWHERE
        if segment is not None and segment in scale.segments:
            return scale.segments[segment]
        if scale.low is None or scale.high is None:
            return NOWHERE
        return scale.low, scale.high

    def to_dict(self) -> dict[str, Any]:
        """The calibration as a JSON-able dict; floats survive JSON exactly."""
        return {
            "as_of": self.as_of.isoformat(),
            "settings_version": self.settings_version,
            "customers": self.customers,
            "purchases": None if self.purchases is None else _without_nan(asdict(self.purchases)),
            "no_purchases": self.no_purchases,
            "values": None if self.values is None else _without_nan(asdict(self.values)),
            "no_values": self.no_values,
            "margin": self.margin,
            "cuts": {name: list(cuts) for name, cuts in self.cuts.items()},
            "means": {name: dict(means) for name, means in self.means.items()},
            "scales": {
                name: {**vars(scale), "segments": {k: list(v) for k, v in scale.segments.items()}}
                for name, scale in self.scales.items()
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """The calibration that `to_dict` described."""
        given = dict(data)
        given["as_of"] = date.fromisoformat(data["as_of"])
        if data.get("purchases"):
            given["purchases"] = clv.PurchaseModel(**data["purchases"])
        if data.get("values"):
            given["values"] = clv.SpendingModel(**data["values"])
        given["cuts"] = {name: tuple(cuts) for name, cuts in data["cuts"].items()}
        given["scales"] = {
            name: CalibratedScale(**{**row, "segments": {k: (v[0], v[1]) for k, v in row["segments"].items()}})
            for name, row in data["scales"].items()
        }
        return cls(**given)


def fit(facts: pd.DataFrame, recorded: Mapping[str, bool], settings: Settings, as_of: date) -> Calibration:
    """The calibration of this customer base: models first, then cuts, then percentiles.

    Each step measures with what the steps before it found, so the order matters.
    """
    found = Calibration(as_of, settings.version, len(facts))
    if recorded.get("orders", False):
        found = _with_models(found, Columns(facts, settings, found))
        if recorded.get("costs", False):
            found = replace(found, margin=_margin(Columns(facts, settings, found)))
        found = replace(found, cuts=_cuts(Columns(facts, settings, found)))
    if recorded.get("surveys", False):
        found = replace(found, means=_means(facts, Columns(facts, settings, found)))
    return replace(found, scales=_scales(facts, recorded, settings, found))


def _without_nan(numbers: dict[str, Any]) -> dict[str, Any]:
    """Without what JSON cannot hold, so that the field's default comes back."""
    return {name: number for name, number in numbers.items() if not _is_nan(number)}


def _is_nan(number: Any) -> bool:
    return isinstance(number, float) and math.isnan(number)


def _with_models(found: Calibration, columns: Columns) -> Calibration:
    x, recency, age, mean = (
        columns.get(name) for name in ("frequency", "recency", "days_since_first_order", "mean_repeat_value")
    )
    if x is None or recency is None or age is None:
        return replace(found, no_purchases=TOO_FEW, no_values=TOO_FEW)
    known = np.isfinite(x) & np.isfinite(recency) & np.isfinite(age)
    if known.sum() < ENOUGH_CUSTOMERS or (x[known] > 0).sum() < ENOUGH_REPEATS:
        return replace(found, no_purchases=TOO_FEW, no_values=TOO_FEW)
    try:
        purchases = clv.fit_mbg_nbd(x[known], recency[known], age[known])
    except (ValueError, ArithmeticError):
        return replace(found, no_purchases=NO_FIT, no_values=NO_FIT)
    found = replace(found, purchases=purchases, no_purchases="")
    repeats = known & (x > 0) & (mean > 0) if mean is not None else np.zeros(0, dtype=bool)
    if mean is None or repeats.sum() < ENOUGH_REPEATS:
        return replace(found, no_values=TOO_FEW)
    try:
        values = clv.fit_gamma_gamma(x[repeats], mean[repeats])
    except (ValueError, ArithmeticError):
        return replace(found, no_values=NO_VALUES)
    return replace(found, values=values, no_values="")


def _margin(columns: Columns) -> float | None:
    """Gross profit / revenue of the window, over the customers whose costs are known."""
    profit, revenue = columns.get("gross_profit_in_window"), columns.get("revenue_in_window")
    if profit is None or revenue is None:
        return None
    known = np.isfinite(profit) & np.isfinite(revenue)
    sold = math.fsum(revenue[known])
    return math.fsum(profit[known]) / sold if sold > 0 else None


def _cuts(columns: Columns) -> dict[str, tuple[float, ...]]:
    """Quintile cuts of recency, frequency, money and lifetime value, over who has ordered."""
    measured: dict[str, Floats | None] = {
        "recency": columns.get("days_since_last_order"),
        "frequency": columns.get("order_days_in_window"),
        "money": columns.get("revenue_in_window"),
        "lifetime_value": columns.call(lifetime.lifetime_value),
        "lifetime_revenue": columns.call(lifetime.lifetime_revenue),
        "revenue_to_date": columns.get("revenue_total"),
    }
    last = measured["recency"]
    cuts = {}
    for name, values in measured.items():
        if last is None or values is None:
            continue
        known = values[np.isfinite(last) & np.isfinite(values)]
        if known.size:
            cuts[name] = tuple(rfm.quintile_cuts(known).tolist())
    return cuts


def _means(facts: pd.DataFrame, columns: Columns) -> dict[str, dict[str, float]]:
    """The mean answer to everything that is shrunk, of the base ("") and of each segment that answered."""
    codes, labels = pd.factorize(facts["segment"].to_numpy(dtype=object), sort=True)
    segments = {"": np.ones(len(facts), dtype=bool)}
    segments |= {str(label): codes == code for code, label in enumerate(labels) if label}
    means: dict[str, dict[str, float]] = {}
    for name in SHRUNK:
        mean, answers = columns.get(f"{name}_mean"), columns.get(f"{name}_answers")
        if mean is None or answers is None:
            continue
        for label, members in segments.items():
            known = members & np.isfinite(mean)
            if known.any():
                weight = math.fsum(answers[known])
                means.setdefault(name, {})[label] = math.fsum(mean[known] * answers[known]) / weight
    return means


def _scales(
    facts: pd.DataFrame, recorded: Mapping[str, bool], settings: Settings, found: Calibration
) -> dict[str, CalibratedScale]:
    readings = measure(facts, recorded, settings, found).values
    segments = facts["segment"] if "segment" in facts else pd.Series([None] * len(facts))
    codes, labels = pd.factorize(segments.to_numpy(dtype=object), sort=True)
    scales = {}
    for place, indicator in enumerate(REGISTRY):
        values = readings[:, place].astype(np.float64)
        known = np.isfinite(values)
        if not is_readable(indicator, recorded) or not known.any():
            continue
        ends = _ends(values[known])
        of_segment = {str(label): values[known & (codes == code)] for code, label in enumerate(labels) if label}
        own = {label: _ends(theirs) for label, theirs in of_segment.items()}
        scales[indicator.id] = CalibratedScale(
            n=int(known.sum()),
            median=float(np.median(values[known])),
            low=ends[0] if ends else None,
            high=ends[1] if ends else None,
            segments={label: pair for label, pair in own.items() if pair},
            medians={label: float(np.median(theirs)) for label, theirs in of_segment.items() if theirs.size},
        )
    return scales


def _ends(values: Floats) -> tuple[float, float] | None:
    """The 10th and 90th percentile (type 7); None below 30 values or where the two are equal."""
    if values.size < ENOUGH_CUSTOMERS:
        return None
    low, high = np.percentile(values, [10, 90]).tolist()
    return (low, high) if low != high else None
