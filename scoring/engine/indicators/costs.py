"""Formulas of what customers cost: serving them, winning them, and what they owe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.engine import clv
from scoring.engine.indicators.indicator import Numbers, only, ratio
from scoring.engine.indicators.lifetime import lifetime_value, per_customer
from scoring.engine.settings import Settings

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration


def net_value(
    gross_profit_in_window: Numbers,
    service_minutes_in_window: Numbers,
    case_minutes_in_window: Numbers,
    compensation_in_window: Numbers,
    acquisition_cost_in_window: Numbers,
    order_count: Numbers,
    settings: Settings,
) -> Any:
    """Gross profit of the window less recorded service time, compensation and acquisition cost.

    Unit: minor units. Never ordered, or the cost of an order unknown: NaN, because revenue is not
    profit. A cost that is not recorded is left out.

    >>> float(net_value(100_000, 60, 30, float("nan"), 20_000, 4, Settings(service_cost_an_hour=6_000)))
    71000.0
    """
    minutes = np.nan_to_num(service_minutes_in_window) + np.nan_to_num(case_minutes_in_window)
    service = minutes * settings.service_cost_an_hour / 60.0
    costs = service + np.nan_to_num(compensation_in_window) + np.nan_to_num(acquisition_cost_in_window)
    return only(np.asarray(order_count) > 0, np.asarray(gross_profit_in_window)[()] - costs)


def net_value_parts(
    gross_profit_in_window: Numbers,
    service_minutes_in_window: Numbers,
    case_minutes_in_window: Numbers,
    compensation_in_window: Numbers,
    acquisition_cost_in_window: Numbers,
    order_count: Numbers,
    settings: Settings,
) -> tuple[Any, Any]:
    """(Net value, 1 where there is one)."""
    minutes = (service_minutes_in_window, case_minutes_in_window)
    costs = (*minutes, compensation_in_window, acquisition_cost_in_window)
    return per_customer(net_value(gross_profit_in_window, *costs, order_count, settings))


def acquisition_cost(
    expected_revenue: Numbers, gross_profit_total: Numbers, acquisition_cost: Numbers, calibration: Calibration
) -> Any:
    """Lifetime value against what winning the customer cost: CLV:CAC.

    Unit: times the cost. No lifetime value, or no spend of the channel and month that won the
    customer: NaN.
    """
    return ratio(lifetime_value(expected_revenue, gross_profit_total, calibration), acquisition_cost)


def value_and_cost(
    expected_revenue: Numbers, gross_profit_total: Numbers, acquisition_cost: Numbers, calibration: Calibration
) -> tuple[Any, Any]:
    """(Lifetime value, acquisition cost) of the customers of whom both are known."""
    value = lifetime_value(expected_revenue, gross_profit_total, calibration)
    known = np.isfinite(value) & (np.asarray(acquisition_cost) > 0)
    return np.where(known, value, 0.0), np.where(known, acquisition_cost, 0.0)


def cost_of_new_customers(acquisition_cost_in_window: Numbers, won_in_window: Numbers) -> tuple[Any, Any]:
    """(Spend on the customers won in the window, how many they are): CAC.

    What was spent without winning anybody comes on top, from the facts of populations.
    """
    return np.nan_to_num(acquisition_cost_in_window), np.asarray(won_in_window)


def pay_back(acquisition_cost: Numbers, gross_profit_total: Numbers, days_since_acquired: Numbers) -> tuple[Any, Any]:
    """(Acquisition cost, gross profit a month since then) of the customers of whom both are known.

    Their ratio is the months after which the average customer has paid for being won. Customers of
    less than a month say nothing about months.

    >>> [float(part) for part in pay_back(6_000, 36_000, 365.25)]
    [6000.0, 3000.0]
    """
    months = np.asarray(days_since_acquired) / clv.DAYS_PER_MONTH
    known = np.isfinite(acquisition_cost) & np.isfinite(gross_profit_total) & (months >= 1.0)
    monthly = np.divide(gross_profit_total, months, out=np.zeros(np.shape(known)), where=known)
    return np.where(known, acquisition_cost, 0.0)[()], monthly[()]


def credit(receivable: Numbers, overdue: Numbers) -> Any:
    """Share of the amount owed that is overdue.

    Unit: share, 0 to 1; nothing owed: 0. No credit record: NaN.

    >>> float(credit(1_000, 250)), float(credit(0, 0)), float(credit(float("nan"), float("nan")))
    (0.25, 0.0, nan)
    """
    nothing_owed = np.asarray(receivable) == 0
    return np.where(nothing_owed, 0.0, ratio(overdue, receivable))[()]
