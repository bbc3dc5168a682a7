"""Engagement (互动与参与度): how much the customer and we have to do with each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.engine.indicators.indicator import Extra, Fixed, Indicator, Numbers, Percentiles, only, ratio
from scoring.engine.settings import Settings
from scoring.engine.text import N_

CRITERION = N_("Engagement")
NO_CONTACT = N_("There was never a contact.")

DAYS_A_QUARTER = 91.25
ENOUGH_CONTACTS = 4


def interaction_frequency(
    interactions_in_window: Numbers, days_since_first_interaction: Numbers, settings: Settings
) -> Any:
    """Contacts per quarter, since the later of the window's start and the first contact.

    Unit: contacts per 91.25 days, 0 and up; automatic mail is none. No contact ever: NaN. The time
    counted is at least one quarter, so that one call yesterday is not ninety a quarter.

    >>> float(interaction_frequency(8, 900.0, Settings()))
    2.0
    >>> float(interaction_frequency(1, 3.0, Settings()))
    1.0
    """
    days = np.clip(days_since_first_interaction, DAYS_A_QUARTER, max(DAYS_A_QUARTER, float(settings.window_days)))
    return ratio(DAYS_A_QUARTER * np.asarray(interactions_in_window), days)


def interaction_recency(days_since_two_way: Numbers, visit_interval: Numbers) -> Any:
    """Days since the last two-way contact in visit intervals of the customer's tier.

    Unit: intervals, 0 and up. A contact is two-way when both talked or the customer wrote. Never
    one, or a tier without an interval: NaN.

    >>> float(interaction_recency(45.0, 30.0))
    1.5
    """
    return ratio(days_since_two_way, visit_interval)


def visit_cadence(visits_kept: Numbers, visits_due: Numbers) -> Any:
    """Share of the window's due return visits that were made on or before their day.

    Unit: share, 0 to 1. None due: NaN.

    >>> float(visit_cadence(3, 4))
    0.75
    """
    return ratio(visits_kept, visits_due)


def two_way_share(inbound_in_window: Numbers, interactions_in_window: Numbers) -> Any:
    """How far the share of contacts begun by the customer is from one half.

    Unit: percentage points, 0 to 50. Fewer than 4 contacts in the window: NaN.

    >>> float(two_way_share(1, 4)), float(two_way_share(0, 4))
    (25.0, 50.0)
    """
    share = ratio(inbound_in_window, interactions_in_window)
    return only(np.asarray(interactions_in_window) >= ENOUGH_CONTACTS, np.abs(100.0 * share - 50.0))


def channel_breadth(channels_in_window: Numbers, interaction_count: Numbers) -> Any:
    """Distinct channels of the window's contacts.

    Unit: channels, 0 and up. No contact ever: NaN; none in the window: 0.

    >>> float(channel_breadth(0, 7))
    0.0
    """
    return only(np.asarray(interaction_count) > 0, channels_in_window)


def co_creation(joint_projects_weight: Numbers, adopted_suggestions_weight: Numbers) -> Any:
    """Joint projects and adopted suggestions, each halved for every 365 days since.

    Unit: occasions, 0 and up; a project that goes on counts as 1. Recorded and none: 0. Where
    suggestions are not recorded, projects alone count.

    >>> float(co_creation(1.5, 0.5)), float(co_creation(1.5, float("nan")))
    (2.0, 1.5)
    """
    return np.asarray(joint_projects_weight, dtype=np.float64)[()] + np.nan_to_num(adopted_suggestions_weight)


def co_created(joint_projects_weight: Numbers, adopted_suggestions_weight: Numbers) -> tuple[Any, Any]:
    """(Co-creation, 1 for every customer)."""
    weights = np.asarray(co_creation(joint_projects_weight, adopted_suggestions_weight))
    return weights, np.ones(weights.shape)


def participation(participation_weight: Numbers) -> Any:
    """Events, community posts and the referral programme, each halved for every 180 days of its age.

    Unit: occasions, 0 and up. Recorded and none: 0.

    >>> float(participation(2.25))
    2.25
    """
    return np.asarray(participation_weight, dtype=np.float64)[()]


def survey_response(invitations_answered: Numbers, invitations_delivered: Numbers) -> Any:
    """Share of the delivered survey invitations that were answered.

    Unit: share, 0 to 1. None delivered in the window: NaN.

    >>> float(survey_response(1, 4))
    0.25
    """
    return ratio(invitations_answered, invitations_delivered)


def answered_of_delivered(invitations_answered: Numbers, invitations_delivered: Numbers) -> tuple[Any, Any]:
    """(Answered, delivered)."""
    return np.asarray(invitations_answered), np.asarray(invitations_delivered)


def answered_of_sent(invitations_answered: Numbers, invitations_sent: Numbers) -> tuple[Any, Any]:
    """(Answered, sent): those of unknown fate stay in the denominator.

    Source: AAPOR Standard Definitions, response rate 1, every answer taken as complete.
    """
    return np.asarray(invitations_answered), np.asarray(invitations_sent)


INDICATORS = (
    Indicator(
        id="interaction_frequency",
        criterion=CRITERION,
        level="C",
        unit="per_quarter",
        name=N_("Contact frequency"),
        question=N_("How often are we in touch?"),
        definition=N_("Meaningful interactions per quarter, automatic mail excluded."),
        no_data=NO_CONTACT,
        kinds=("interactions",),
        scale=Percentiles(by_segment=True),
        measure=interaction_frequency,
        records="interactions_in_window",
    ),
    Indicator(
        id="interaction_recency",
        criterion=CRITERION,
        level="C",
        unit="ratio",
        name=N_("Time since the last contact"),
        question=N_("Is the last contact too long ago?"),
        definition=N_("Days since the last two-way contact / the tier's visit interval."),
        no_data=N_("There was never a two-way contact, or the customer's tier has no visit interval."),
        kinds=("interactions",),
        scale=Fixed(3.0, 0.5),
        measure=interaction_recency,
        records="interaction_count",
    ),
    Indicator(
        id="visit_cadence",
        criterion=CRITERION,
        level="C",
        unit="share",
        name=N_("Return visits kept"),
        question=N_("Are planned return visits made on time?"),
        definition=N_("Planned return visits kept on time / due."),
        no_data=N_("No return visit was due."),
        kinds=("visits",),
        scale=Fixed(0.40, 1.0),
        measure=visit_cadence,
        records="visits_due",
    ),
    Indicator(
        id="two_way_share",
        criterion=CRITERION,
        level="C",
        unit="percent",
        name=N_("Balance of contact"),
        question=N_("Do both sides begin contacts?"),
        definition=N_("Distance from 50 % of the share of contacts begun by the customer."),
        no_data=N_("There were fewer than 4 contacts."),
        kinds=("interactions",),
        scale=Fixed(50, 0),
        measure=two_way_share,
        records="interactions_in_window",
    ),
    Indicator(
        id="channel_breadth",
        criterion=CRITERION,
        level="C",
        unit="count",
        name=N_("Channels used"),
        question=N_("Through how many channels are we in touch?"),
        definition=N_("Distinct channels used."),
        no_data=NO_CONTACT,
        kinds=("interactions",),
        scale=Fixed(1, 4),
        measure=channel_breadth,
        records="interactions_in_window",
    ),
    Indicator(
        id="survey_response",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Survey response"),
        question=N_("Does the customer answer surveys?"),
        definition=N_("Answered / delivered invitations."),
        no_data=N_("No invitation was delivered."),
        kinds=("surveys",),
        scale=Fixed(0.05, 0.50),
        is_share=True,
        measure=survey_response,
        records="invitations_delivered",
        parts=answered_of_delivered,
        extras=(
            Extra(
                id="rr1",
                name=N_("Response rate (AAPOR RR1)"),
                definition=N_("Answered / all invitations that were sent, those that came back included."),
                unit="share",
                parts=answered_of_sent,
                is_share=True,
            ),
        ),
    ),
    Indicator(
        id="co_creation",
        criterion=CRITERION,
        level="CP",
        unit="count",
        name=N_("Co-creation"),
        question=N_("Do we create value together?"),
        definition=N_("Joint projects and the customer's suggestions adopted, halved every 365 days."),
        no_data=N_("Joint projects and suggestions are not recorded."),
        kinds=("participation",),
        scale=Fixed(0, 3),
        measure=co_creation,
        records="joint_projects_count",
        parts=co_created,
    ),
    Indicator(
        id="participation",
        criterion=CRITERION,
        level="C",
        unit="count",
        name=N_("Participation"),
        question=N_("Does the customer take part in what we organise?"),
        definition=N_("Events, community posts and referrals programme, halved every 180 days."),
        no_data=N_("Participation is not recorded."),
        kinds=("participation",),
        scale=Fixed(0, 6),
        measure=participation,
        records="participation_count",
    ),
)
