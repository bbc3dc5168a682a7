"""Delivery and product (交付与产品质量): whether what was promised arrives, on time and good."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.engine.indicators.indicator import Fixed, Indicator, Numbers, ratio
from scoring.engine.text import N_

CRITERION = N_("Delivery and product")
NONE_DUE = N_("No delivery was due in the window.")


def on_time_delivery(deliveries_on_time: Numbers, deliveries_due: Numbers) -> Any:
    """Share of the deliveries due that arrived on or before the promised local day.

    Unit: share, 0 to 1. None due: NaN. Overdue and undelivered is late.

    >>> float(on_time_delivery(9, 10))
    0.9
    """
    return ratio(deliveries_on_time, deliveries_due)


def on_time_of_due(deliveries_on_time: Numbers, deliveries_due: Numbers) -> tuple[Any, Any]:
    """(Deliveries on time, deliveries due)."""
    return np.asarray(deliveries_on_time), np.asarray(deliveries_due)


def delivery_delay(days_late_total: Numbers, deliveries_due: Numbers) -> Any:
    """Mean days late over the deliveries due, on time counting 0.

    Unit: days, 0 and up. None due: NaN.

    >>> float(delivery_delay(6, 4))
    1.5
    """
    return ratio(days_late_total, deliveries_due)


def days_late_of_due(days_late_total: Numbers, deliveries_due: Numbers) -> tuple[Any, Any]:
    """(Days late, deliveries due)."""
    return np.asarray(days_late_total), np.asarray(deliveries_due)


def return_rate(units_returned: Numbers, units_delivered: Numbers) -> Any:
    """Units returned or exchanged over units delivered in the window.

    Unit: share, 0 and up; above 1 when more came back than went out in the window. None
    delivered: NaN.

    >>> float(return_rate(3, 60))
    0.05
    """
    return ratio(units_returned, units_delivered)


def returned_of_delivered(units_returned: Numbers, units_delivered: Numbers) -> tuple[Any, Any]:
    """(Units returned, units delivered)."""
    return np.asarray(units_returned), np.asarray(units_delivered)


def quality_complaint_rate(quality_complaints_in_window: Numbers, orders_in_window: Numbers) -> Any:
    """Complaints about product quality per 100 orders of the window.

    Unit: per 100 orders, 0 and up. No order in the window: NaN.

    >>> float(quality_complaint_rate(1, 50))
    2.0
    """
    return ratio(100.0 * np.asarray(quality_complaints_in_window), orders_in_window)


def quality_complaints_by_orders(quality_complaints_in_window: Numbers, orders_in_window: Numbers) -> tuple[Any, Any]:
    """(Complaints about product quality, orders) of the window."""
    return np.asarray(quality_complaints_in_window), np.asarray(orders_in_window)


INDICATORS = (
    Indicator(
        id="on_time_delivery",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("On-time delivery"),
        question=N_("Do we deliver when we promised?"),
        definition=N_("Delivered on or before the promised day / due in the window; overdue and undelivered is late."),
        no_data=NONE_DUE,
        kinds=("deliveries",),
        scale=Fixed(0.75, 1.0),
        measure=on_time_delivery,
        records="deliveries_due",
        parts=on_time_of_due,
        is_share=True,
    ),
    Indicator(
        id="delivery_delay",
        criterion=CRITERION,
        level="CP",
        unit="days",
        name=N_("Delivery delay"),
        question=N_("How late are we?"),
        definition=N_("Mean days late over the deliveries due, on time counting 0."),
        no_data=NONE_DUE,
        kinds=("deliveries",),
        scale=Fixed(10, 0),
        measure=delivery_delay,
        records="deliveries_due",
        parts=days_late_of_due,
    ),
    Indicator(
        id="return_rate",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Return rate"),
        question=N_("How much comes back?"),
        definition=N_("Units returned or exchanged / units delivered in the window."),
        no_data=N_("Nothing was delivered in the window."),
        kinds=("returns",),
        scale=Fixed(0.15, 0.0),
        measure=return_rate,
        records="units_delivered",
        parts=returned_of_delivered,
        is_share=True,
    ),
    Indicator(
        id="quality_complaint_rate",
        criterion=CRITERION,
        level="CP",
        unit="per_100_orders",
        name=N_("Quality complaints"),
        question=N_("How often is the product's quality complained about?"),
        definition=N_("Complaints about product quality per 100 orders."),
        no_data=N_("There was no order."),
        kinds=("complaints", "orders"),
        scale=Fixed(5, 0),
        measure=quality_complaint_rate,
        records="quality_complaints_in_window",
        parts=quality_complaints_by_orders,
        factor=100.0,
    ),
    Indicator(
        id="inspection_pass_rate",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Product tests passed"),
        question=N_("Do the products pass their tests?"),
        definition=N_("Passed / tested, of the imported product tests."),
        no_data=N_("No product test was imported."),
        kinds=("inspections",),
        scale=Fixed(0.90, 1.0),
        is_share=True,
    ),
)
