"""Satisfaction (客户满意度): what customers say about us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from scoring.engine.facts_table import ATTRIBUTES
from scoring.engine.indicators.indicator import Extra, Fixed, Indicator, Numbers, only
from scoring.engine.text import N_

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration

CRITERION = N_("Satisfaction")
SHRUNK = ("satisfaction", "recommendation", "trust", *(f"attribute_{each}" for each in ATTRIBUTES))
PRIOR_ANSWERS = 3.0
Parts = tuple[Any, Any]
Attributes = Mapping[str, tuple[Any, Any]]


def shrunk(mean: Numbers, answers: Numbers, prior: Numbers) -> Any:
    """The mean of a customer's answers, drawn to the segment's mean with the weight of 3 answers.

    Unit: as the answers. No own answer: NaN; no segment's mean: the own one.

    >>> float(shrunk(100.0, 1.0, 60.0)), float(shrunk(100.0, 1.0, float("nan")))
    (70.0, 100.0)
    """
    drawn = (np.asarray(mean) * answers + PRIOR_ANSWERS * np.asarray(prior)) / (np.asarray(answers) + PRIOR_ANSWERS)
    return np.where(np.isnan(prior), mean, drawn)[()]


def prior(fact: str, segment: Any, calibration: Calibration) -> Any:
    """The calibrated mean answer of each customer's segment, else of the whole base; NaN without either."""
    means = calibration.means.get(fact, {})
    return pd.Series(segment).map(means).fillna(means.get("", np.nan)).to_numpy(dtype=np.float64)


def satisfaction(
    satisfaction_mean: Numbers, satisfaction_answers: Numbers, segment: Any, calibration: Calibration
) -> Any:
    """Mean overall answer, faded by age and shrunk to the segment's.

    Unit: points, 0 to 100. No own answer in the window: NaN.
    """
    return shrunk(satisfaction_mean, satisfaction_answers, prior("satisfaction", segment, calibration))


def satisfaction_index(grade_mean: Numbers) -> Any:
    """Mean overall grade on 1 to 10. No such answer in the window: NaN."""
    return np.asarray(grade_mean)[()]


def grades(grade_total: Numbers, grade_count: Numbers) -> Parts:
    """(Sum of the grades, how many)."""
    return np.asarray(grade_total), np.asarray(grade_count)


def squared_grades(grade_squares: Numbers) -> Any:
    """Sum of the squared grades."""
    return np.asarray(grade_squares)


def top_of_overall(top_answers: Numbers, overall_answers: Numbers) -> Parts:
    """(Answers in the top two boxes, answers)."""
    return np.asarray(top_answers), np.asarray(overall_answers)


def three_items(acsi_total: Numbers, acsi_items: Numbers) -> Parts:
    """(Sum of the grades of the three items, how many): (mean - 1) / 9 x 100 is the figure.

    Source: American Customer Satisfaction Index, items weighted alike.
    """
    return np.asarray(acsi_total), np.asarray(acsi_items)


def effort(effort_mean: Numbers) -> Any:
    """Mean answer on 1 to 7, where 7 is easy. No answer in the window: NaN."""
    return np.asarray(effort_mean)[()]


def efforts(effort_total: Numbers, effort_count: Numbers) -> Parts:
    """(Sum of the answers, how many)."""
    return np.asarray(effort_total), np.asarray(effort_count)


def squared_efforts(effort_squares: Numbers) -> Any:
    """Sum of the squared answers."""
    return np.asarray(effort_squares)


def attribute_satisfaction(attributes: Attributes, segment: Any, calibration: Calibration) -> Any:
    """Mean over the answered attributes of the satisfaction with each, faded and shrunk.

    Unit: points, 0 to 100. No attribute answered in the window: NaN.
    """
    total = count = np.zeros(len(segment))
    for name, (mean, answers) in attributes.items():
        points = shrunk(mean, answers, prior(f"attribute_{name}", segment, calibration))
        known = np.isfinite(points)
        total, count = total + np.where(known, points, 0.0), count + known
    return only(count > 0, total / np.maximum(count, 1))


def with_attributes(attributes: Attributes) -> Parts:
    """(Sum of a customer's mean answers to attributes, how many attributes)."""
    means = [np.asarray(mean) for mean, _answers in attributes.values()]
    return sum(np.nan_to_num(mean) for mean in means), sum(np.isfinite(mean) * 1.0 for mean in means)


def with_attribute(name: str) -> Callable[..., Parts]:
    """The parts of one attribute: (mean answer of the customer, 1 where there is one)."""

    def parts(attributes: Attributes) -> Parts:
        mean = np.asarray(attributes[name][0])
        return np.nan_to_num(mean), np.isfinite(mean) * 1.0

    return parts


def satisfaction_trend(satisfaction_change: Numbers) -> Any:
    """Latest EWMA (lambda 0.3) of the overall answers less the mean of the year before.

    Unit: points, -100 to 100. Fewer than 3 answers in the window: NaN.
    """
    return np.asarray(satisfaction_change)[()]


def complaint_satisfaction(handling_mean: Numbers) -> Any:
    """Mean answer about how complaints were handled. Unit: points, 0 to 100. None answered: NaN."""
    return np.asarray(handling_mean)[()]


def handlings(handling_total: Numbers, handling_count: Numbers) -> Parts:
    """(Sum of the points, how many answers)."""
    return np.asarray(handling_total), np.asarray(handling_count)


def squared_handlings(handling_squares: Numbers) -> Any:
    """Sum of the squared points."""
    return np.asarray(handling_squares)


ATTRIBUTE_NAMES = {
    "performance": N_("Satisfaction with product performance"),
    "quality": N_("Satisfaction with quality"),
    "price": N_("Satisfaction with price"),
    "packaging": N_("Satisfaction with packaging"),
    "delivery": N_("Satisfaction with delivery"),
    "attitude": N_("Satisfaction with service attitude"),
    "after_sales": N_("Satisfaction with after-sales service"),
    "documentation": N_("Satisfaction with documentation"),
    "communication": N_("Satisfaction with communication"),
}

INDICATORS = (
    Indicator(
        id="satisfaction",
        criterion=CRITERION,
        level="C",
        unit="points",
        name=N_("Satisfaction"),
        question=N_("How satisfied is the customer?"),
        definition=N_(
            "Mean of the answers to satisfaction questions, each rescaled to 0-100, halved in "
            "weight every 180 days and shrunk to the segment's mean with the weight of 3 answers."
        ),
        no_data=N_("The customer gave no answer in the window."),
        kinds=("surveys",),
        scale=Fixed(40, 90),
        measure=satisfaction,
        records="satisfaction_count",
    ),
    Indicator(
        id="satisfaction_index",
        criterion=CRITERION,
        level="CP",
        unit="grade_1_10",
        name=N_("Satisfaction index (CSI)"),
        question=N_("Which overall grade from 1 to 10 do we get?"),
        definition=N_("Mean of the overall satisfaction answers on 1-10."),
        no_data=N_("Nobody answered."),
        kinds=("surveys",),
        scale=Fixed(5, 9),
        measure=satisfaction_index,
        records="grade_count",
        parts=grades,
        squares=squared_grades,
    ),
    Indicator(
        id="customer_satisfaction_score",
        criterion=CRITERION,
        level="P",
        unit="share",
        name=N_("Satisfied customers (CSAT)"),
        question=N_("How many answers are in the top two boxes?"),
        definition=N_("Share of answers in the top two boxes of the scale."),
        no_data=N_("Nobody answered."),
        kinds=("surveys",),
        scale=Fixed(0.60, 0.95),
        is_share=True,
        parts=top_of_overall,
    ),
    Indicator(
        id="acsi",
        criterion=CRITERION,
        level="P",
        unit="points",
        name=N_("Three-item satisfaction index"),
        question=N_("How satisfied are customers overall, against expectation and the ideal?"),
        definition=N_("Weighted mean of the three items on 1-10, rescaled to 0-100."),
        no_data=N_("An item has no answers."),
        kinds=("surveys",),
        scale=Fixed(60, 85),
        parts=three_items,
        factor=100 / 9,
        offset=-100 / 9,
    ),
    Indicator(
        id="effort",
        criterion=CRITERION,
        level="CP",
        unit="grade_1_7",
        name=N_("Ease (customer effort)"),
        question=N_("How easy is it to deal with us?"),
        definition=N_("Mean answer on 1-7, where 7 is easy."),
        no_data=N_("Nobody answered."),
        kinds=("surveys",),
        scale=Fixed(3, 6.5),
        measure=effort,
        records="effort_count",
        parts=efforts,
        squares=squared_efforts,
    ),
    Indicator(
        id="attribute_satisfaction",
        criterion=CRITERION,
        level="CP",
        unit="points",
        name=N_("Satisfaction by attribute"),
        question=N_("How satisfied is the customer with product, price, delivery and service?"),
        definition=N_("Mean over the attributes of the satisfaction with each."),
        no_data=N_("No attribute was answered."),
        kinds=("surveys",),
        scale=Fixed(40, 90),
        measure=attribute_satisfaction,
        records="attribute_count",
        parts=with_attributes,
        extras=tuple(
            Extra(
                id=each,
                name=ATTRIBUTE_NAMES[each],
                definition=N_("Mean of the customers' mean answers about it, each rescaled to 0-100."),
                unit="points",
                parts=with_attribute(each),
            )
            for each in ATTRIBUTES
        ),
    ),
    Indicator(
        id="satisfaction_trend",
        criterion=CRITERION,
        level="C",
        unit="points",
        name=N_("Satisfaction trend"),
        question=N_("Is satisfaction falling?"),
        definition=N_("Latest moving average of the rescaled answers minus the mean of the year before."),
        no_data=N_("There are fewer than 3 answers."),
        kinds=("surveys",),
        scale=Fixed(-20, 10),
        measure=satisfaction_trend,
        records="satisfaction_change_count",
    ),
    Indicator(
        id="complaint_satisfaction",
        criterion=CRITERION,
        level="CP",
        unit="points",
        name=N_("Satisfaction with complaint handling"),
        question=N_("How satisfied is the customer with how complaints were handled?"),
        definition=N_("Mean rescaled answer of the surveys after a complaint was closed."),
        no_data=N_("No survey after a complaint was answered."),
        kinds=("complaints", "surveys"),
        scale=Fixed(40, 90),
        measure=complaint_satisfaction,
        records="handling_count",
        parts=handlings,
        squares=squared_handlings,
    ),
)
