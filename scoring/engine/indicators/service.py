"""Service (服务响应与问题解决): how fast and how well problems are solved."""

from __future__ import annotations

from scoring.engine.indicators.indicator import Fixed, Indicator
from scoring.engine.text import N_

CRITERION = N_("Service")
NONE_RESOLVED = N_("No complaint was resolved.")

INDICATORS = (
    Indicator(
        id="first_response_time",
        criterion=CRITERION,
        level="CP",
        unit="of_target",
        name=N_("First response time"),
        question=N_("How fast does a person answer?"),
        definition=N_(
            "Working time from receipt to the first human answer, divided by the target; median."
        ),
        no_data=N_("There was no complaint or request."),
        kinds=("complaints",),
        scale=Fixed(2.0, 0.25),
    ),
    Indicator(
        id="resolution_time",
        criterion=CRITERION,
        level="CP",
        unit="of_target",
        name=N_("Resolution time"),
        question=N_("How fast are problems solved?"),
        definition=N_(
            "Working time to resolution, waiting for the customer taken out, divided by the target."
        ),
        no_data=NONE_RESOLVED,
        kinds=("complaints",),
        scale=Fixed(2.0, 0.5),
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
        kinds=("surveys", "interactions"),
        scale=Fixed(0.40, 1.0),
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
        factor=100.0,
    ),
    Indicator(
        id="complaint_severity",
        criterion=CRITERION,
        level="C",
        unit="points",
        name=N_("Weight of complaints"),
        question=N_("How much do the complaints weigh?"),
        definition=N_(
            "Sum of severities (1, 2, 4, 8), halved every 90 days, doubled while open, halved "
            "when recovered."
        ),
        no_data=N_("There was no order and no complaint."),
        kinds=("complaints",),
        scale=Fixed(12, 0),
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
    ),
)
