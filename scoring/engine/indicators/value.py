"""Value (客户价值): what the customer brings, has brought and is expected to bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.engine import rfm
from scoring.engine.indicators import costs, lifetime
from scoring.engine.indicators.indicator import (
    Extra,
    Fixed,
    Floats,
    Indicator,
    Numbers,
    Percentiles,
    only,
)
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
        "lifetime_value": lifetime.lifetime_value(expected_revenue, gross_profit_total, calibration),
        "lifetime_revenue": lifetime.lifetime_revenue(revenue_total, expected_revenue),
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
    return lifetime.per_customer(revenue(revenue_in_window, order_count))


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
        measure=costs.net_value,
        records="orders_in_window",
        parts=costs.net_value_parts,
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
        measure=lifetime.lifetime_revenue,
        records="order_count",
        parts=lifetime.lifetime_revenue_parts,
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
        measure=lifetime.lifetime_value_to_date,
        records="order_count",
        parts=lifetime.value_to_date_parts,
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
        measure=lifetime.lifetime_value,
        records="order_count",
        parts=lifetime.lifetime_value_sums,
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
        measure=costs.acquisition_cost,
        records="order_count",
        parts=costs.value_and_cost,
        extras=(
            Extra(
                id="cost",
                name=N_("Acquisition cost of a new customer (CAC)"),
                definition=N_("Marketing and sales spend of the period / new customers of the period."),
                unit="money",
                parts=costs.cost_of_new_customers,
            ),
            Extra(
                id="spend",
                name=N_("Acquisition spend"),
                definition=N_(
                    "Marketing and sales spend of the period, also of months that won nobody; of groups of "
                    "customers what was spent on winning those."
                ),
                unit="money",
                parts=costs.cost_of_new_customers,
                is_total=True,
            ),
            Extra(
                id="pay_back",
                name=N_("Months until a customer has paid back what winning them cost"),
                definition=N_("Acquisition cost / gross profit a month since the customer was won."),
                unit="months",
                parts=costs.pay_back,
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
        measure=costs.credit,
        records="credit_records",
    ),
)
