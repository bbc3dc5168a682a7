"""Value (客户价值): what the customer brings, has brought and is expected to bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.engine import clv, rfm
from scoring.engine.indicators.indicator import (
    Extra,
    Fixed,
    Floats,
    Indicator,
    Numbers,
    Percentiles,
    only,
    ratio,
)
from scoring.engine.settings import Settings
from scoring.engine.text import N_

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration

CRITERION = N_("Value")
NEVER_ORDERED = N_("The customer has never ordered.")


def revenue(revenue_in_window: Numbers, order_count: Numbers) -> Any:
    """Revenue of the window, orders less returns.

    Unit: minor units; below 0 when more was returned than bought. Never ordered: NaN; ordered
    before but not in the window: 0.

    >>> float(revenue(0, 2))
    0.0
    """
    return only(np.asarray(order_count) > 0, revenue_in_window)


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


def more_than_one_line(product_lines_in_window: Numbers, order_count: Numbers) -> tuple[Any, Any]:
    """(Bought two product lines or more in the window, has ordered), each 1 or 0.

    A customer whose product lines are unknown is in neither.
    """
    customer = (np.asarray(order_count) > 0) & np.isfinite(product_lines_in_window)
    return (customer & (np.asarray(product_lines_in_window) >= 2)) * 1.0, customer * 1.0


def value_added_take_up(value_added_orders_in_window: Numbers, orders_in_window: Numbers) -> tuple[Any, Any]:
    """Buyers of the window with a value-added service, and buyers of the window: 0 or 1 each.

    >>> value_added_take_up(np.array([2.0, 0.0, 0.0]), np.array([3.0, 1.0, 0.0]))
    (array([1., 0., 0.]), array([1., 1., 0.]))
    """
    buyer = np.asarray(orders_in_window) > 0
    return (buyer & (np.asarray(value_added_orders_in_window) > 0)) * 1.0, buyer * 1.0


def cross_sell(product_lines_in_window: Numbers, order_count: Numbers) -> Any:
    """Product lines bought in the window beyond the first.

    Unit: lines, 0 and up. Never ordered: NaN.

    >>> float(cross_sell(3, 8))
    2.0
    >>> float(cross_sell(0, 8))
    0.0
    """
    beyond = np.maximum(np.asarray(product_lines_in_window) - 1.0, 0.0)
    return only(np.asarray(order_count) > 0, beyond)


def comprehensive_value(
    days_since_last_order: Floats,
    order_days_in_window: Floats,
    revenue_in_window: Floats,
    revenue_total: Floats,
    gross_profit_total: Floats,
    expected_revenue: Floats,
    calibration: Calibration,
) -> Any:
    """Mean of 20q - 10 over the quintiles q of recency, frequency, money and lifetime value.

    Unit: points, 10 to 90. Never ordered: NaN. Lifetime value is on margin where the customer's
    costs are known, else on revenue, else (no fitted model) revenue to date, each on its own cuts.
    """
    own = {
        "lifetime_value": lifetime_value(expected_revenue, gross_profit_total, calibration),
        "lifetime_revenue": lifetime_revenue(revenue_total, expected_revenue),
        "revenue_to_date": revenue_total,
    }
    value = np.full(np.shape(revenue_total), np.nan)
    for basis, numbers in own.items():
        value = np.where(np.isnan(value), _quintile(numbers, basis, calibration), value)
    total = _quintile(days_since_last_order, "recency", calibration, reverse=True)
    total = total + _quintile(order_days_in_window, "frequency", calibration)
    total = total + _quintile(revenue_in_window, "money", calibration)
    total = total + value
    return only(np.isfinite(days_since_last_order), 20.0 * total / 4.0 - 10.0)


def _quintile(values: Floats, name: str, calibration: Calibration, reverse: bool = False) -> Floats:
    cuts = calibration.cuts.get(name)
    if cuts is None:
        return np.full(np.shape(values), np.nan)
    return rfm.quintiles(values, cuts=cuts, reverse=reverse)


def revenue_parts(revenue_in_window: Numbers, order_count: Numbers) -> tuple[Any, Any]:
    """(Revenue of the window, 1 for a customer who has ordered)."""
    return per_customer(revenue(revenue_in_window, order_count))


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


INDICATORS = (
    Indicator(
        id="revenue",
        criterion=CRITERION,
        level="CP",
        unit="money",
        name=N_("Revenue"),
        question=N_("How much did the customer buy?"),
        definition=N_("Revenue of the window, net of returns."),
        no_data=NEVER_ORDERED,
        kinds=("orders",),
        scale=Percentiles(by_segment=True),
        measure=revenue,
        records="orders_in_window",
        parts=revenue_parts,
    ),
    Indicator(
        id="net_value",
        criterion=CRITERION,
        level="CP",
        unit="money",
        name=N_("Net value"),
        question=N_("What is left after the costs of serving the customer?"),
        definition=N_("Gross profit less service cost, compensation and acquisition cost of the window."),
        no_data=N_("Costs are unknown, and revenue is not profit."),
        kinds=("orders", "costs"),
        scale=Percentiles(),
        measure=net_value,
        records="orders_in_window",
        parts=net_value_parts,
    ),
    Indicator(
        id="lifetime_revenue",
        criterion=CRITERION,
        level="CP",
        unit="money",
        name=N_("Lifetime revenue"),
        question=N_("How much has the customer bought, and how much is still to come?"),
        definition=N_("Revenue to date and expected discounted revenue of the next 36 months."),
        no_data=NEVER_ORDERED,
        kinds=("orders",),
        scale=Percentiles(),
        measure=lifetime_revenue,
        records="order_count",
        parts=lifetime_revenue_parts,
    ),
    Indicator(
        id="lifetime_value_to_date",
        criterion=CRITERION,
        level="CP",
        unit="money",
        name=N_("Lifetime value to date"),
        question=N_("What has the customer earned us so far?"),
        definition=N_("Gross profit to date less acquisition cost, where that is recorded."),
        no_data=N_("The customer has never ordered, or the cost of an order is not recorded."),
        kinds=("orders", "costs"),
        scale=Percentiles(),
        measure=lifetime_value_to_date,
        records="order_count",
        parts=value_to_date_parts,
    ),
    Indicator(
        id="lifetime_value",
        criterion=CRITERION,
        level="CP",
        unit="money",
        name=N_("Lifetime value"),
        question=N_("What profit is still to come from the customer?"),
        definition=N_(
            "Expected discounted gross profit of the next 36 months, by the purchase model, the "
            "expected value of a purchase and the margin."
        ),
        no_data=N_("The customer has never ordered, or costs are not recorded."),
        kinds=("orders", "costs"),
        scale=Percentiles(),
        measure=lifetime_value,
        records="order_count",
        parts=lifetime_value_sums,
    ),
    Indicator(
        id="acquisition_cost",
        criterion=CRITERION,
        level="CP",
        unit="ratio",
        name=N_("Lifetime value to acquisition cost"),
        question=N_("Is the customer worth what winning them cost?"),
        definition=N_("Lifetime value against the acquisition cost of the channel and month that won the customer."),
        no_data=N_("What winning the customer cost is not recorded, or there is no lifetime value."),
        kinds=("orders", "costs", "acquisition"),
        scale=Fixed(1, 4),
        measure=acquisition_cost,
        records="order_count",
        parts=value_and_cost,
        extras=(
            Extra(
                id="cost",
                name=N_("Acquisition cost of a new customer (CAC)"),
                definition=N_("Marketing and sales spend of the period / new customers of the period."),
                unit="money",
                parts=cost_of_new_customers,
            ),
            Extra(
                id="pay_back",
                name=N_("Months until a customer has paid back what winning them cost"),
                definition=N_("Acquisition cost / gross profit a month since the customer was won."),
                unit="months",
                parts=pay_back,
            ),
        ),
    ),
    Indicator(
        id="cross_sell",
        criterion=CRITERION,
        level="CP",
        unit="count",
        name=N_("Cross-selling"),
        question=N_("How many further product lines does the customer buy?"),
        definition=N_("Product lines bought in the window beyond the first."),
        no_data=NEVER_ORDERED,
        kinds=("orders",),
        scale=Fixed(0, 3),
        measure=cross_sell,
        records="orders_in_window",
        parts=more_than_one_line,
        is_share=True,
        extras=(
            Extra(
                id="value_added",
                name=N_("Take-up of value-added services"),
                definition=N_("Share of the window's buyers who ordered with a value-added service."),
                unit="share",
                parts=value_added_take_up,
                is_share=True,
            ),
        ),
    ),
    Indicator(
        id="comprehensive_value",
        criterion=CRITERION,
        level="C",
        unit="points",
        name=N_("Comprehensive value"),
        question=N_("How valuable is the customer, all things together?"),
        definition=N_("Mean points of the quintiles of recency, frequency, money and lifetime value."),
        no_data=NEVER_ORDERED,
        kinds=("orders",),
        scale=Fixed(10, 90),
        measure=comprehensive_value,
        records="order_count",
    ),
    Indicator(
        id="credit",
        criterion=CRITERION,
        level="C",
        unit="share",
        name=N_("Credit"),
        question=N_("Does the customer pay on time?"),
        definition=N_("Share of the amount owed that is overdue."),
        no_data=N_("There is no credit record."),
        kinds=("credit",),
        scale=Fixed(0.50, 0),
        measure=credit,
        records="credit_records",
    ),
)
