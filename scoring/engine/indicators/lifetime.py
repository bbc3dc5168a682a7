"""Formulas of lifetime value: what the customer has brought so far and is expected to bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.engine import clv
from scoring.engine.indicators.indicator import Floats, Numbers, only
from scoring.engine.settings import Settings

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration


def lifetime_value_to_date(gross_profit_total: Numbers, acquisition_cost: Numbers, order_count: Numbers) -> Any:
    """Gross profit to date less what winning the customer cost, where that is recorded.

    Unit: minor units. Never ordered, or the cost of an order unknown: NaN, because unknown is
    not free.

    >>> float(lifetime_value_to_date(50_000, 12_000, 4))
    38000.0
    """
    left = np.asarray(gross_profit_total, dtype=np.float64) - np.nan_to_num(acquisition_cost)
    return only(np.asarray(order_count) > 0, left)


def lifetime_revenue(revenue_total: Numbers, expected_revenue: Numbers) -> Any:
    """Revenue to date and expected discounted revenue of the next 36 months.

    Unit: minor units. Never ordered, or no fitted model: NaN.

    >>> float(lifetime_revenue(100_000, 20_000.5))
    120000.5
    """
    return np.asarray(revenue_total)[()] + expected_revenue


def lifetime_value(expected_revenue: Numbers, gross_profit_total: Numbers, calibration: Calibration) -> Any:
    """Expected discounted gross profit of the next 36 months, at the company's margin.

    Unit: minor units. Never ordered, no fitted model, or a cost of the customer's orders
    unknown: NaN; `lifetime_revenue` then stands in.
    """
    if calibration.margin is None:
        return np.full(np.shape(expected_revenue), np.nan)
    return only(np.isfinite(gross_profit_total), expected_revenue * calibration.margin)


def lifetime_value_parts(
    frequency: Floats,
    recency: Floats,
    days_since_first_order: Floats,
    mean_repeat_value: Floats,
    expected_revenue: Floats,
    gross_profit_total: Floats,
    settings: Settings,
    calibration: Calibration,
) -> dict[str, Floats]:
    """Lifetime value by its parts: `first`, the next purchase, and `repeat`, all after it.

    Unit: minor units of gross profit; the parts add up to the lifetime value. No lifetime value:
    NaN. The chance that the next purchase falls into a month is discounted from the month's end,
    as the whole is.
    """
    whole = lifetime_value(expected_revenue, gross_profit_total, calibration)
    if calibration.purchases is None or calibration.values is None or calibration.margin is None:
        return {"first": whole, "repeat": whole}
    history = (frequency, recency, days_since_first_order)
    first, bought = np.zeros(np.shape(frequency)), np.zeros(np.shape(frequency))
    for month in range(1, settings.value_months + 1):
        by_then = clv.purchase_probability(calibration.purchases, month * clv.DAYS_PER_MONTH, *history)
        first = first + (by_then - bought) / (1.0 + settings.annual_rate) ** (month / 12.0)
        bought = by_then
    each = clv.expected_mean_value(calibration.values, frequency, mean_repeat_value)
    first = only(np.isfinite(whole), first * each * calibration.margin)
    return {"first": first, "repeat": whole - first}


def lifetime_revenue_parts(revenue_total: Numbers, expected_revenue: Numbers) -> tuple[Any, Any]:
    """(Lifetime revenue, 1 where there is one)."""
    return per_customer(lifetime_revenue(revenue_total, expected_revenue))


def value_to_date_parts(
    gross_profit_total: Numbers, acquisition_cost: Numbers, order_count: Numbers
) -> tuple[Any, Any]:
    """(Lifetime value to date, 1 where there is one)."""
    return per_customer(lifetime_value_to_date(gross_profit_total, acquisition_cost, order_count))


def lifetime_value_sums(
    expected_revenue: Numbers, gross_profit_total: Numbers, calibration: Calibration
) -> tuple[Any, Any]:
    """(Lifetime value, 1 where there is one)."""
    return per_customer(lifetime_value(expected_revenue, gross_profit_total, calibration))


def per_customer(values: Numbers) -> tuple[Any, Any]:
    """(The value or 0, 1 where there is one): sums whose ratio is the mean per customer."""
    known = np.isfinite(values)
    return np.where(known, values, 0.0), known * 1.0
