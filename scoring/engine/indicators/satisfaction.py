"""Satisfaction (客户满意度): what customers say about us."""

from __future__ import annotations

from scoring.engine.indicators.indicator import Fixed, Indicator
from scoring.engine.text import N_

CRITERION = N_("Satisfaction")

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
    ),
)
