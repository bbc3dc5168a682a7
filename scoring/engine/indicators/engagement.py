"""Engagement (互动与参与度): how much the customer and we have to do with each other."""

from __future__ import annotations

from scoring.engine.indicators.indicator import Fixed, Indicator, Percentiles
from scoring.engine.text import N_

CRITERION = N_("Engagement")
NO_CONTACT = N_("There was never a contact.")

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
    ),
    Indicator(
        id="interaction_recency",
        criterion=CRITERION,
        level="C",
        unit="ratio",
        name=N_("Time since the last contact"),
        question=N_("Is the last contact too long ago?"),
        definition=N_("Days since the last two-way contact / the tier's visit interval."),
        no_data=NO_CONTACT,
        kinds=("interactions",),
        scale=Fixed(3.0, 0.5),
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
    ),
    Indicator(
        id="co_creation",
        criterion=CRITERION,
        level="CP",
        unit="count",
        name=N_("Co-creation"),
        question=N_("Do we create value together?"),
        definition=N_(
            "Joint projects and the customer's suggestions adopted, halved every 365 days."
        ),
        no_data=N_("Joint projects and suggestions are not recorded."),
        kinds=("participation",),
        scale=Fixed(0, 3),
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
    ),
)
