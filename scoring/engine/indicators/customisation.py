"""Customisation (服务定制化): whether the customer gets what fits."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.engine.indicators.indicator import Fixed, Indicator, Numbers, ratio
from scoring.engine.text import N_

CRITERION = N_("Customisation")


def customisation(customised_yes: Numbers, customised_marked: Numbers) -> Any:
    """Share made for this customer among what is marked yes or no.

    Unit: share, 0 to 1. None marked: NaN, because unmarked is unknown, not "no".

    >>> float(customisation(1, 4))
    0.25
    """
    return ratio(customised_yes, customised_marked)


def customised_of_marked(customised_yes: Numbers, customised_marked: Numbers) -> tuple[Any, Any]:
    """(Marked yes, marked yes or no)."""
    return np.asarray(customised_yes), np.asarray(customised_marked)


def customised_response(proposal_ratio: Numbers) -> Any:
    """Median working time from a special request to a proposal, in targets.

    Unit: times the target, 0 and up. A request without a proposal counts once it is overdue, with
    the time it has waited so far. No request in the window: NaN.

    >>> float(customised_response(0.75))
    0.75
    """
    return np.asarray(proposal_ratio, dtype=np.float64)[()]


def mean_proposal(proposal_ratio_total: Numbers, proposal_count: Numbers) -> tuple[Any, Any]:
    """(Targets taken to the proposals, how many)."""
    return np.asarray(proposal_ratio_total), np.asarray(proposal_count)


def needs_fit(needs_mean: Numbers) -> Any:
    """Mean answer to "fits our particular needs". Unit: points, 0 to 100. None answered: NaN."""
    return np.asarray(needs_mean)[()]


def fits(needs_total: Numbers, needs_count: Numbers) -> tuple[Any, Any]:
    """(Sum of the points, how many answers)."""
    return np.asarray(needs_total), np.asarray(needs_count)


def squared_fits(needs_squares: Numbers) -> Any:
    """Sum of the squared points."""
    return np.asarray(needs_squares)


INDICATORS = (
    Indicator(
        id="customisation",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Customised share"),
        question=N_("How much of what the customer gets is made for them?"),
        definition=N_("Share made for this customer among orders marked yes or no; unmarked is unknown."),
        no_data=N_("Nothing is marked as customised or not."),
        kinds=("customisation",),
        scale=Fixed(0.0, 0.60),
        measure=customisation,
        records="customised_marked",
        parts=customised_of_marked,
        is_share=True,
    ),
    Indicator(
        id="needs_fit",
        criterion=CRITERION,
        level="CP",
        unit="points",
        name=N_("Fit to needs"),
        question=N_("Does what we offer fit the customer's particular needs?"),
        definition=N_('Answer to "fits our particular needs", rescaled.'),
        no_data=N_("Nobody answered."),
        kinds=("surveys",),
        scale=Fixed(40, 90),
        measure=needs_fit,
        records="needs_count",
        parts=fits,
        squares=squared_fits,
    ),
    Indicator(
        id="customised_response",
        criterion=CRITERION,
        level="CP",
        unit="of_target",
        name=N_("Response to special requests"),
        question=N_("How fast do special requests get a proposal?"),
        definition=N_("Working time from a special request to a proposal, divided by the target."),
        no_data=N_("There was no special request."),
        kinds=("complaints",),
        scale=Fixed(2.0, 0.5),
        measure=customised_response,
        records="proposal_count",
        parts=mean_proposal,
    ),
)
