"""Service (服务响应与问题解决): how fast and how well problems are solved."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.engine.indicators.indicator import Extra, Fixed, Indicator, Numbers, only, ratio
from scoring.engine.text import N_

CRITERION = N_("Service")
NONE_RESOLVED = N_("No complaint was resolved.")


def first_response_time(response_ratio: Numbers) -> Any:
    """Median working time to the first human answer, in targets.

    Unit: times the target, 0 and up. An unanswered complaint counts once it is overdue, with the
    time it has waited so far. No complaint or request in the window: NaN.

    >>> float(first_response_time(0.5))
    0.5
    """
    return np.asarray(response_ratio, dtype=np.float64)[()]


def resolution_time(resolution_ratio: Numbers) -> Any:
    """Median working time to resolution, waiting for the customer taken out, in targets.

    Unit: times the target, 0 and up. None resolved in the window: NaN.

    >>> float(resolution_time(1.25))
    1.25
    """
    return np.asarray(resolution_ratio, dtype=np.float64)[()]


def mean_response(response_ratio_total: Numbers, response_count: Numbers) -> tuple[Any, Any]:
    """(Targets taken to the first answers, how many)."""
    return np.asarray(response_ratio_total), np.asarray(response_count)


def mean_resolution(resolution_ratio_total: Numbers, resolution_count: Numbers) -> tuple[Any, Any]:
    """(Targets taken to the resolutions, how many)."""
    return np.asarray(resolution_ratio_total), np.asarray(resolution_count)


def sla_attainment(clocks_met: Numbers, clocks_due: Numbers) -> Any:
    """Share of the due clocks that were met.

    Unit: share, 0 to 1. None due: NaN.

    >>> float(sla_attainment(9, 10))
    0.9
    """
    return ratio(clocks_met, clocks_due)


def met_of_due(clocks_met: Numbers, clocks_due: Numbers) -> tuple[Any, Any]:
    """(Clocks met, clocks due)."""
    return np.asarray(clocks_met), np.asarray(clocks_due)


def feedback_follow_up(feedback_kept: Numbers, feedback_due: Numbers) -> Any:
    """Share of the bad answers of the window that were followed up in time.

    Unit: share, 0 to 1. No bad answer: NaN.

    >>> float(feedback_follow_up(1, 4))
    0.25
    """
    return ratio(feedback_kept, feedback_due)


def kept_of_due(feedback_kept: Numbers, feedback_due: Numbers) -> tuple[Any, Any]:
    """(Followed up in time, due)."""
    return np.asarray(feedback_kept), np.asarray(feedback_due)


def resolution_rate(complaints_accepted: Numbers, complaints_closed: Numbers) -> Any:
    """Share of the complaints closed in the window whose outcome the customer accepted.

    Unit: share, 0 to 1. None closed: NaN.

    >>> float(resolution_rate(3, 4))
    0.75
    """
    return ratio(complaints_accepted, complaints_closed)


def accepted_of_closed(complaints_accepted: Numbers, complaints_closed: Numbers) -> tuple[Any, Any]:
    """(Accepted, closed)."""
    return np.asarray(complaints_accepted), np.asarray(complaints_closed)


def first_contact_resolution(complaints_settled_at_once: Numbers, complaints_settled: Numbers) -> Any:
    """Share of the complaints resolved in one contact and not reopened within 14 days.

    Unit: share, 0 to 1, of those resolved at least 14 days ago. None: NaN.

    >>> float(first_contact_resolution(1, 2))
    0.5
    """
    return ratio(complaints_settled_at_once, complaints_settled)


def at_once_of_settled(complaints_settled_at_once: Numbers, complaints_settled: Numbers) -> tuple[Any, Any]:
    """(Resolved in one contact for good, resolved)."""
    return np.asarray(complaints_settled_at_once), np.asarray(complaints_settled)


def reopen_rate(complaints_reopened: Numbers, complaints_resolved: Numbers) -> Any:
    """Share of the complaints resolved in the window that were reopened.

    Unit: share, 0 to 1. None resolved: NaN.

    >>> float(reopen_rate(1, 5))
    0.2
    """
    return ratio(complaints_reopened, complaints_resolved)


def reopened_of_resolved(complaints_reopened: Numbers, complaints_resolved: Numbers) -> tuple[Any, Any]:
    """(Reopened, resolved)."""
    return np.asarray(complaints_reopened), np.asarray(complaints_resolved)


def complaint_rate(complaints_in_window: Numbers, orders_in_window: Numbers) -> Any:
    """Complaints per 100 orders of the window, orders counted as at least 1.

    Unit: per 100 orders, 0 and up. Neither order nor complaint in the window: NaN.

    >>> float(complaint_rate(1, 20)), float(complaint_rate(1, 0))
    (5.0, 100.0)
    """
    complaints = np.asarray(complaints_in_window, dtype=np.float64)
    return only(_is_dealing(complaints, orders_in_window), 100.0 * complaints / np.maximum(orders_in_window, 1.0))


def complaints_by_orders(complaints_in_window: Numbers, orders_in_window: Numbers) -> tuple[Any, Any]:
    """(Complaints, orders) of the window."""
    return np.asarray(complaints_in_window), np.asarray(orders_in_window)


def complaining_of_active(
    complaints_in_window: Numbers, bought_in_window: Numbers, contract_at_end: Numbers
) -> tuple[Any, Any]:
    """(Active customer who complained in the window, active customer), each 1 or 0."""
    active = (np.asarray(bought_in_window) > 0) | (np.asarray(contract_at_end) > 0)
    return (active & (np.asarray(complaints_in_window) > 0)) * 1.0, active * 1.0


def complaint_severity(complaint_points: Numbers, complaints_in_window: Numbers, orders_in_window: Numbers) -> Any:
    """Sum of the severities of the window's complaints, 1, 2, 4 or 8 each, halved every 90 days.

    Unit: points, 0 and up; open ones count double, recovered ones half. Neither order nor complaint
    in the window: NaN.

    >>> float(complaint_severity(6.0, 2, 10)), float(complaint_severity(0.0, 0, 0))
    (6.0, nan)
    """
    return only(_is_dealing(complaints_in_window, orders_in_window), complaint_points)


def repeat_complaints(complaints_repeated: Numbers, complaints_in_window: Numbers) -> Any:
    """Complaints in the same category within 90 days of the closing of an earlier one.

    Unit: complaints, 0 and up. No complaint in the window: NaN.

    >>> float(repeat_complaints(1, 3))
    1.0
    """
    return only(np.asarray(complaints_in_window) > 0, complaints_repeated)


def repeated_of_complaining(complaints_repeated: Numbers, complaints_in_window: Numbers) -> tuple[Any, Any]:
    """(Repeated complaints, 1 for a customer who complained)."""
    complained = np.asarray(complaints_in_window) > 0
    return np.where(complained, complaints_repeated, 0.0), complained * 1.0


def _is_dealing(complaints: Numbers, orders: Numbers) -> Any:
    return (np.asarray(complaints) > 0) | (np.asarray(orders) > 0)


INDICATORS = (
    Indicator(
        id="first_response_time",
        criterion=CRITERION,
        level="CP",
        unit="of_target",
        name=N_("First response time"),
        question=N_("How fast does a person answer?"),
        definition=N_(
            "Working time from receipt to the first human answer, divided by the target: a customer's median, "
            "the mean of several."
        ),
        no_data=N_("There was no complaint or request."),
        kinds=("complaints",),
        scale=Fixed(2.0, 0.25),
        measure=first_response_time,
        records="response_count",
        parts=mean_response,
    ),
    Indicator(
        id="resolution_time",
        criterion=CRITERION,
        level="CP",
        unit="of_target",
        name=N_("Resolution time"),
        question=N_("How fast are problems solved?"),
        definition=N_(
            "Working time to resolution, waiting for the customer taken out, divided by the target: a customer's "
            "median, the mean of several."
        ),
        no_data=NONE_RESOLVED,
        kinds=("complaints",),
        scale=Fixed(2.0, 0.5),
        measure=resolution_time,
        records="resolution_count",
        parts=mean_resolution,
    ),
    Indicator(
        id="sla_attainment",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Service targets met"),
        question=N_("Are the promised times kept?"),
        definition=N_("Share of the due clocks that were met."),
        no_data=N_("No clock was due."),
        kinds=("complaints",),
        scale=Fixed(0.70, 1.0),
        measure=sla_attainment,
        records="clocks_due",
        parts=met_of_due,
        is_share=True,
    ),
    Indicator(
        id="feedback_follow_up",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Follow-up of bad feedback"),
        question=N_("Is bad feedback followed up?"),
        definition=N_("Share of detractor and low answers followed up within 2 working days."),
        no_data=N_("There was no bad feedback."),
        kinds=("surveys",),
        scale=Fixed(0.40, 1.0),
        measure=feedback_follow_up,
        records="feedback_due",
        parts=kept_of_due,
        is_share=True,
    ),
    Indicator(
        id="resolution_rate",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Resolution rate"),
        question=N_("Are problems solved to the customer's content?"),
        definition=N_("Closed and accepted by the customer / closed."),
        no_data=N_("No complaint was closed."),
        kinds=("complaints",),
        scale=Fixed(0.60, 0.98),
        measure=resolution_rate,
        records="complaints_closed",
        parts=accepted_of_closed,
        is_share=True,
    ),
    Indicator(
        id="first_contact_resolution",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Solved at first contact"),
        question=N_("Are problems solved at the first contact?"),
        definition=N_("Resolved in one contact and not reopened within 14 days / resolved."),
        no_data=NONE_RESOLVED,
        kinds=("complaints",),
        scale=Fixed(0.40, 0.90),
        measure=first_contact_resolution,
        records="complaints_settled",
        parts=at_once_of_settled,
        is_share=True,
    ),
    Indicator(
        id="reopen_rate",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Reopened complaints"),
        question=N_("Do solved problems come back?"),
        definition=N_("Reopened / resolved."),
        no_data=NONE_RESOLVED,
        kinds=("complaints",),
        scale=Fixed(0.20, 0.0),
        measure=reopen_rate,
        records="complaints_resolved",
        parts=reopened_of_resolved,
        is_share=True,
    ),
    Indicator(
        id="complaint_rate",
        criterion=CRITERION,
        level="CP",
        unit="per_100_orders",
        name=N_("Complaint rate"),
        question=N_("How often does the customer complain?"),
        definition=N_("Complaints per 100 orders of the window, orders counted as at least 1."),
        no_data=N_("There was no order and no complaint."),
        kinds=("complaints",),
        scale=Fixed(10, 0),
        measure=complaint_rate,
        records="complaints_in_window",
        parts=complaints_by_orders,
        factor=100.0,
        extras=(
            Extra(
                id="customers",
                name=N_("Complaining customers"),
                definition=N_("Active customers who complained in the window / active customers."),
                unit="share",
                parts=complaining_of_active,
                is_share=True,
            ),
        ),
    ),
    Indicator(
        id="complaint_severity",
        criterion=CRITERION,
        level="C",
        unit="points",
        name=N_("Weight of complaints"),
        question=N_("How much do the complaints weigh?"),
        definition=N_(
            "Sum of severities (1, 2, 4, 8), halved every 90 days, doubled while open, halved when recovered."
        ),
        no_data=N_("There was no order and no complaint."),
        kinds=("complaints",),
        scale=Fixed(12, 0),
        measure=complaint_severity,
        records="complaints_in_window",
    ),
    Indicator(
        id="repeat_complaints",
        criterion=CRITERION,
        level="CP",
        unit="count",
        name=N_("Repeated complaints"),
        question=N_("Does the same problem come back?"),
        definition=N_("Complaints in the same category within 90 days of closing."),
        no_data=N_("There was no complaint."),
        kinds=("complaints",),
        scale=Fixed(3, 0),
        measure=repeat_complaints,
        records="complaints_in_window",
        parts=repeated_of_complaining,
    ),
)
