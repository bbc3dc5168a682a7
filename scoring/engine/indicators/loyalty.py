"""Loyalty (客户忠诚度): whether customers stay, come back and bring others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.engine.indicators.indicator import (
    Extra,
    Fixed,
    Indicator,
    Numbers,
    Percentiles,
    only,
    ratio,
)
from scoring.engine.indicators.satisfaction import prior, shrunk
from scoring.engine.settings import Settings
from scoring.engine.text import N_

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration

CRITERION = N_("Loyalty")

DAYS_A_YEAR = 365.25


def purchase_frequency(orders_in_window: Numbers, days_since_first_order: Numbers, settings: Settings) -> Any:
    """Orders per year, since the later of the window's start and the first order.

    Unit: orders per year of 365 days, 0 and up. Never ordered: NaN. The time counted is at least
    30 days, so that one order yesterday is not 365 a year.

    >>> float(purchase_frequency(6, 800.0, Settings()))
    6.0
    >>> float(purchase_frequency(1, 1.0, Settings()))
    12.166666666666666
    """
    days = np.clip(days_since_first_order, 30.0, max(30.0, float(settings.window_days)))
    return ratio(365.0 * np.asarray(orders_in_window), days)


def frequency_change(
    order_days_recent: Numbers,
    order_days_earlier: Numbers,
    days_since_first_order: Numbers,
    settings: Settings,
) -> Any:
    """How far the last 90 days' order days are above the customer's own earlier rate.

    Unit: percent, -100 and up. Fewer than 3 earlier order days: NaN. Expected order days are the
    own rate over [as_of - 455 d, as_of - 90 d), or since the first order where that is later.

    >>> float(frequency_change(1, 8, 1000.0, Settings(window_days=360)))
    -50.0
    >>> float(frequency_change(0, 4, 1000.0, Settings()))
    -100.0
    """
    earlier_time = np.minimum(np.asarray(days_since_first_order) - settings.recent_days, float(settings.window_days))
    expected = ratio(np.asarray(order_days_earlier) * float(settings.recent_days), earlier_time)
    change = 100.0 * (ratio(order_days_recent, expected) - 1.0)
    return only(np.asarray(order_days_earlier) >= 3, change)


def tenure(days_since_first_order: Numbers, days_since_first_contract: Numbers) -> Any:
    """Time since the first order or the beginning of the first contract, the earlier of the two.

    Unit: years of 365.25 days, 0 and up. Neither: NaN.

    >>> float(tenure(365.25, 730.5)), float(tenure(365.25, float("nan")))
    (2.0, 1.0)
    """
    return np.fmax(days_since_first_order, days_since_first_contract) / DAYS_A_YEAR


def repeat_buyers(order_days_in_window: Numbers) -> tuple[Any, Any]:
    """(Bought on two or more days of the window, bought in it), each 1 or 0."""
    days = np.asarray(order_days_in_window)
    return (days >= 2) * 1.0, (days >= 1) * 1.0


def retained(
    bought_before_window: Numbers, contract_before_window: Numbers, bought_in_window: Numbers, contract_at_end: Numbers
) -> tuple[Any, Any]:
    """(Opening customer who stayed, opening customer), each 1 or 0.

    Opening: bought in the window before, or under contract on its last day. Stayed: bought in the
    window, or is under contract on its last day.

    >>> retained(np.array([1, 0, 1]), np.array([0, 1, 0]), np.array([1, 0, 0]), np.array([0, 1, 0]))
    (array([1., 1., 0.]), array([1., 1., 1.]))
    """
    opening = (np.asarray(bought_before_window) > 0) | (np.asarray(contract_before_window) > 0)
    stayed = (np.asarray(bought_in_window) > 0) | (np.asarray(contract_at_end) > 0)
    return (opening & stayed) * 1.0, opening * 1.0


def churned(
    bought_before_window: Numbers, contract_before_window: Numbers, bought_in_window: Numbers, contract_at_end: Numbers
) -> tuple[Any, Any]:
    """(Opening customer who did not stay, opening customer), each 1 or 0."""
    stayed, opening = retained(bought_before_window, contract_before_window, bought_in_window, contract_at_end)
    return opening - stayed, opening


def referrals(referred_customers: Numbers, order_count: Numbers) -> Any:
    """Customers won by referral of this customer.

    Unit: customers, 0 and up. Never ordered: NaN.

    >>> float(referrals(2, 5)), float(referrals(0, 0))
    (2.0, nan)
    """
    return only(np.asarray(order_count) > 0, referred_customers)


def referrals_a_buyer(referred_customers: Numbers, order_count: Numbers) -> tuple[Any, Any]:
    """(Customers won by referral, 1 for a customer who has ordered)."""
    buyer = np.asarray(order_count) > 0
    return np.where(buyer, referred_customers, 0.0), buyer * 1.0


def value_of_referrals(referred_revenue: Numbers, referred_customers: Numbers) -> tuple[Any, Any]:
    """(Revenue to date of the customers won by referral, how many they are)."""
    return np.asarray(referred_revenue), np.asarray(referred_customers)


def promoters_less_detractors(promoters: Numbers, detractors: Numbers, recommendations: Numbers) -> tuple[Any, Any]:
    """(Promoters less detractors, all recommendation answers)."""
    return np.asarray(promoters)[()] - detractors, np.asarray(recommendations)


def promoters_and_detractors(promoters: Numbers, detractors: Numbers) -> Any:
    """The sum of the squares of 1 for a promoter, 0, and -1 for a detractor."""
    return np.asarray(promoters)[()] + detractors


def recommendation(
    recommendation_mean: Numbers, recommendation_answers: Numbers, segment: Any, calibration: Calibration
) -> Any:
    """Mean recommendation answer, faded by age and shrunk to the segment's.

    Unit: grade, 0 to 10. No answer in 730 days: NaN.
    """
    return shrunk(recommendation_mean, recommendation_answers, prior("recommendation", segment, calibration))


def loyal_of_satisfied(satisfied_loyal: Numbers, satisfied_before: Numbers) -> tuple[Any, Any]:
    """(Satisfied customers who bought again or referred, satisfied customers), 1 or 0 each."""
    return np.asarray(satisfied_loyal), np.asarray(satisfied_before)


def loyal_of_dissatisfied(dissatisfied_loyal: Numbers, dissatisfied_before: Numbers) -> tuple[Any, Any]:
    """(Dissatisfied customers who bought again or referred, dissatisfied customers), 1 or 0 each."""
    return np.asarray(dissatisfied_loyal), np.asarray(dissatisfied_before)


def experience(stages_mean: Numbers) -> Any:
    """Mean answer about the stages of the journey. Unit: points, 0 to 100. None answered: NaN."""
    return np.asarray(stages_mean)[()]


def trust(trust_mean: Numbers, trust_answers: Numbers, segment: Any, calibration: Calibration) -> Any:
    """Mean answer about trust and commitment, faded by age and shrunk to the segment's.

    Unit: points, 0 to 100. None answered in the window: NaN.
    """
    return shrunk(trust_mean, trust_answers, prior("trust", segment, calibration))


def trusting(trust_mean: Numbers) -> tuple[Any, Any]:
    """(Mean answer of the customer, 1 where there is one)."""
    return np.nan_to_num(trust_mean), np.isfinite(trust_mean) * 1.0


INDICATORS = (
    Indicator(
        id="net_promoter_score",
        criterion=CRITERION,
        level="P",
        unit="points",
        name=N_("Net promoter score (NPS)"),
        question=N_("Do more customers recommend us than warn of us?"),
        definition=N_("100 x (share of 9-10 minus share of 0-6) of the answers on 0-10."),
        no_data=N_("Nobody answered."),
        kinds=("surveys",),
        scale=Fixed(0, 70),
        parts=promoters_less_detractors,
        squares=promoters_and_detractors,
        factor=100.0,
    ),
    Indicator(
        id="recommendation",
        criterion=CRITERION,
        level="C",
        unit="grade_0_10",
        name=N_("Recommendation"),
        question=N_("Would the customer recommend us?"),
        definition=N_(
            "Mean 0-10 recommendation answer, halved in weight every 180 days and shrunk to the segment's mean."
        ),
        no_data=N_("The customer gave no recommendation answer in 730 days."),
        kinds=("surveys",),
        scale=Fixed(5, 10),
        measure=recommendation,
        records="recommendation_count",
    ),
    Indicator(
        id="repeat_purchase_rate",
        criterion=CRITERION,
        level="P",
        unit="share",
        name=N_("Repeat purchase rate"),
        question=N_("How many buyers came back within the window?"),
        definition=N_("Share of the window's buyers with orders on at least two different days."),
        no_data=N_("Nobody bought in the window."),
        kinds=("orders",),
        scale=Fixed(0.20, 0.60),
        parts=repeat_buyers,
        is_share=True,
    ),
    Indicator(
        id="purchase_frequency",
        criterion=CRITERION,
        level="C",
        unit="per_year",
        name=N_("Purchase frequency"),
        question=N_("How often does the customer buy?"),
        definition=N_(
            "Orders in the window per year since the later of the window's start and the first order, at least 30 days."
        ),
        no_data=N_("The customer has never ordered."),
        kinds=("orders",),
        scale=Percentiles(by_segment=True),
        measure=purchase_frequency,
        records="orders_in_window",
    ),
    Indicator(
        id="frequency_change",
        criterion=CRITERION,
        level="C",
        unit="percent",
        name=N_("Change in purchase frequency"),
        question=N_("Does the customer buy more or less often than before?"),
        definition=N_(
            "100 x (order days of the last 90 days / expected from the customer's own rate over "
            "the year before them - 1)."
        ),
        no_data=N_("There are fewer than 3 earlier order days."),
        kinds=("orders",),
        scale=Fixed(-60, 20),
        measure=frequency_change,
        records="order_days_earlier",
    ),
    Indicator(
        id="retention_rate",
        criterion=CRITERION,
        level="P",
        unit="share",
        name=N_("Retention rate"),
        question=N_("How many of the opening customers stayed?"),
        definition=N_("Opening customers who bought in the window or stayed under contract / opening customers."),
        no_data=N_("There was no active customer when the window began."),
        kinds=("orders",),
        scale=Fixed(0.60, 0.95),
        parts=retained,
        is_share=True,
    ),
    Indicator(
        id="churn_rate",
        criterion=CRITERION,
        level="P",
        unit="share",
        name=N_("Churn rate"),
        question=N_("How many of the opening customers left?"),
        definition=N_("1 - retention, for the same customers."),
        no_data=N_("There was no active customer when the window began."),
        kinds=("orders",),
        scale=Fixed(0.40, 0.05),
        parts=churned,
        is_share=True,
    ),
    Indicator(
        id="tenure",
        criterion=CRITERION,
        level="C",
        unit="years",
        name=N_("Length of the relationship"),
        question=N_("How long has the customer been with us?"),
        definition=N_("Years since the first order or contract."),
        no_data=N_("The customer has neither ordered nor had a contract."),
        kinds=("orders",),
        scale=Fixed(0, 5),
        measure=tenure,
        records="order_count",
    ),
    Indicator(
        id="referrals",
        criterion=CRITERION,
        level="CP",
        unit="count",
        name=N_("Referrals"),
        question=N_("How many customers did this customer bring us?"),
        definition=N_("Customers won by referral of this customer."),
        no_data=N_("The customer has never ordered."),
        kinds=("orders", "acquisition"),
        scale=Fixed(0, 3),
        measure=referrals,
        records="referred_customers",
        parts=referrals_a_buyer,
        extras=(
            Extra(
                id="value",
                name=N_("Revenue of a referred customer"),
                definition=N_("Revenue to date of the customers won by referral / their number."),
                unit="money",
                parts=value_of_referrals,
            ),
        ),
    ),
    Indicator(
        id="satisfaction_to_loyalty",
        criterion=CRITERION,
        level="P",
        unit="share",
        name=N_("From satisfaction to loyalty"),
        question=N_("Do satisfied customers buy again?"),
        definition=N_(
            "Share of satisfied customers (80 points or more) who bought again or referred somebody within 180 days."
        ),
        no_data=N_("There are fewer than 30 satisfied customers."),
        kinds=("surveys", "orders"),
        scale=Fixed(0.30, 0.80),
        is_share=True,
        parts=loyal_of_satisfied,
        at_least=30,
        extras=(
            Extra(
                id="dissatisfied",
                name=N_("The same of dissatisfied customers"),
                definition=N_("Share of dissatisfied customers (below 60 points) who bought again or referred."),
                unit="share",
                parts=loyal_of_dissatisfied,
                is_share=True,
            ),
        ),
    ),
    Indicator(
        id="experience",
        criterion=CRITERION,
        level="C",
        unit="points",
        name=N_("Experience along the journey"),
        question=N_("How are enquiry, purchase, delivery, use and support experienced?"),
        definition=N_("Mean of the rescaled answers about the stages of the journey."),
        no_data=N_("No stage of the journey was answered."),
        kinds=("surveys",),
        scale=Fixed(40, 90),
        measure=experience,
        records="stages_count",
    ),
    Indicator(
        id="trust",
        criterion=CRITERION,
        level="CP",
        unit="points",
        name=N_("Trust"),
        question=N_("Does the customer trust us and mean to stay?"),
        definition=N_("Mean of the trust and commitment answers, rescaled, decayed and shrunk."),
        no_data=N_("No question about trust was answered."),
        kinds=("surveys",),
        scale=Fixed(40, 90),
        measure=trust,
        records="trust_count",
        parts=trusting,
    ),
)
