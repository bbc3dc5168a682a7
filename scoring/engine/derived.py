"""Columns that several formulas share, computed once from the facts: named here, used by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.engine import clv
from scoring.engine.indicators.growth import opportunities_closed
from scoring.engine.indicators.indicator import Floats, Numbers, only
from scoring.engine.settings import Settings

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration


def frequency(order_days: Numbers) -> Any:
    """Repeat order days: distinct order days less one. Never ordered: NaN.

    >>> float(frequency(3.0))
    2.0
    """
    days = np.asarray(order_days, dtype=np.float64)
    return only(days >= 1, days - 1.0)


def recency(days_since_first_order: Numbers, days_since_last_order: Numbers) -> Any:
    """Days from the first to the last order, 0 and up. Never ordered: NaN.

    >>> float(recency(100.0, 30.0))
    70.0
    """
    return np.asarray(days_since_first_order)[()] - days_since_last_order


def mean_repeat_value(frequency: Numbers, repeat_mean_value: Numbers) -> Any:
    """Mean money of the repeat order days; 0 where there is no repeat, which the model ignores."""
    repeats = np.asarray(frequency) > 0
    return np.where(repeats, np.fmax(repeat_mean_value, 0.0), 0.0)[()]


def customised_marked(customised_yes: Numbers, customised_no: Numbers) -> Any:
    """Orders of the window marked as customised or as not."""
    return np.asarray(customised_yes)[()] + customised_no


def expected_revenue(
    frequency: Floats,
    recency: Floats,
    days_since_first_order: Floats,
    mean_repeat_value: Floats,
    settings: Settings,
    calibration: Calibration,
) -> Any:
    """Expected discounted revenue of the next 36 months, before returns.

    Unit: minor units, 0 and up. Never ordered, or no fitted model: NaN.
    Source: MBG/NBD (Batislam et al. 2007) x gamma-gamma (Fader & Hardie 2013).
    """
    if calibration.purchases is None or calibration.values is None:
        return np.full(np.shape(frequency), np.nan)
    return clv.discounted_value(
        calibration.purchases,
        calibration.values,
        frequency,
        recency,
        days_since_first_order,
        mean_repeat_value,
        months=settings.value_months,
        annual_rate=settings.annual_rate,
        days_per_period=1,
    )


def attribute_count(attributes: Mapping[str, tuple[Any, Any]]) -> Any:
    """Attributes that the customer answered in the window."""
    return sum(np.isfinite(mean) * 1.0 for mean, _answers in attributes.values())


DERIVED: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        frequency,
        recency,
        mean_repeat_value,
        customised_marked,
        opportunities_closed,
        expected_revenue,
        attribute_count,
    )
}
