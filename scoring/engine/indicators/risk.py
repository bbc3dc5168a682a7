"""Risk (流失与合作风险): whether the customer is leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.engine import clv
from scoring.engine.indicators.indicator import Fixed, Floats, Indicator, Numbers, only, ratio
from scoring.engine.settings import Settings
from scoring.engine.text import N_

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration

CRITERION = N_("Risk")
NEVER_ORDERED = N_("The customer has never ordered.")


def purchase_probability(
    frequency: Floats,
    recency: Floats,
    days_since_first_order: Floats,
    settings: Settings,
    calibration: Calibration,
) -> Any:
    """Probability of at least one purchase in the next 180 days.

    Unit: probability, 0 to 1. Never ordered, or no fitted model: NaN.
    Source: MBG/NBD (Batislam et al. 2007, Hoppe & Wagner 2007).
    """
    if calibration.purchases is None:
        return np.full(np.shape(frequency), np.nan)
    return clv.purchase_probability(
        calibration.purchases, settings.horizon_days, frequency, recency, days_since_first_order
    )


def probability_alive(
    frequency: Floats, recency: Floats, days_since_first_order: Floats, calibration: Calibration
) -> Any:
    """Probability that the customer has not left for good.

    Unit: probability, 0 to 1. Never ordered, or no fitted model: NaN.
    Source: MBG/NBD (Batislam et al. 2007, Hoppe & Wagner 2007).
    """
    if calibration.purchases is None:
        return np.full(np.shape(frequency), np.nan)
    return clv.probability_alive(calibration.purchases, frequency, recency, days_since_first_order)


def purchase_gap(days_since_last_order: Numbers, gap_median: Numbers, gap_mad: Numbers, order_days: Numbers) -> Any:
    """How many of its own usual deviations the open gap exceeds the customer's median gap.

    Unit: robust standard deviations, below 0 while the next order is not yet due. Fewer than 3
    order days: NaN. The deviation is at least a quarter of the median gap, and one day.

    >>> float(purchase_gap(50.0, 30.0, 0.0, 5))
    2.6666666666666665
    """
    spread = np.maximum(np.maximum(1.4826 * np.asarray(gap_mad), 0.25 * np.asarray(gap_median)), 1.0)
    overdue = np.asarray(days_since_last_order, dtype=np.float64) - gap_median
    return only(np.asarray(order_days) >= 3, ratio(overdue, spread))


def lapsed(days_since_last_order: Numbers, gap_median: Numbers, settings: Settings) -> Any:
    """1 when the last order is strictly longer ago than max(180 d, 3 x own median gap), else 0.

    Unit: yes or no. Never ordered: NaN. Without a gap the fixed limit alone holds.

    >>> float(lapsed(181.0, float("nan"), Settings())), float(lapsed(180.0, 20.0, Settings()))
    (1.0, 0.0)
    """
    days = np.asarray(days_since_last_order, dtype=np.float64)
    limit = np.fmax(float(settings.lapse_days), settings.lapse_gap_factor * np.asarray(gap_median))
    return only(np.isfinite(days), (days > limit).astype(np.float64))


def lapsed_of_buyers(days_since_last_order: Numbers, gap_median: Numbers, settings: Settings) -> tuple[Any, Any]:
    """(Lapsed, has ordered), each 1 or 0."""
    reading = lapsed(days_since_last_order, gap_median, settings)
    known = np.isfinite(reading)
    return np.where(known, reading, 0.0), known * 1.0


INDICATORS = (
    Indicator(
        id="purchase_probability",
        criterion=CRITERION,
        level="C",
        unit="share",
        name=N_("Purchase probability"),
        question=N_("How likely is a purchase in the next 180 days?"),
        definition=N_(
            "Probability of at least one purchase in the next 180 days, by the MBG/NBD model fitted at calibration."
        ),
        no_data=NEVER_ORDERED,
        kinds=("orders",),
        scale=Fixed(0.1, 0.8),
        measure=purchase_probability,
        records="order_days",
    ),
    Indicator(
        id="probability_alive",
        criterion=CRITERION,
        level="C",
        unit="share",
        name=N_("Probability of still being a customer"),
        question=N_("How likely is it that the customer has not left?"),
        definition=N_("Probability of being alive, by the MBG/NBD model fitted at calibration."),
        no_data=NEVER_ORDERED,
        kinds=("orders",),
        scale=Fixed(0.2, 0.95),
        measure=probability_alive,
        records="order_days",
    ),
    Indicator(
        id="purchase_gap",
        criterion=CRITERION,
        level="C",
        unit="ratio",
        name=N_("Overdue purchase"),
        question=N_("Is the next order overdue by the customer's own rhythm?"),
        definition=N_("(Days since the last order - own median gap) / the usual deviation of the gaps."),
        no_data=N_("There are fewer than 3 order days."),
        kinds=("orders",),
        scale=Fixed(4, 0),
        measure=purchase_gap,
        records="gap_count",
    ),
    Indicator(
        id="lapsed",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Lapsed customer"),
        question=N_("Has the customer stopped buying?"),
        definition=N_("No order for longer than 180 days and longer than 3 times the own median gap."),
        no_data=NEVER_ORDERED,
        kinds=("orders",),
        scale=Fixed(1, 0),
        measure=lapsed,
        records="order_count",
        parts=lapsed_of_buyers,
        is_share=True,
    ),
    Indicator(
        id="churn_risk",
        criterion=CRITERION,
        level="C",
        unit="share",
        name=N_("Churn risk"),
        question=N_("How likely is no purchase in the next 180 days?"),
        definition=N_(
            "Calibrated probability of no purchase in the next 180 days, from a logistic model on the other readings."
        ),
        no_data=N_("The model is not fitted yet."),
        kinds=("orders",),
        scale=Fixed(0.8, 0.05),
    ),
)
