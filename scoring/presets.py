"""The evaluation models that crmquality ships, and which of them fits an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scoring.engine.definition import Definition
from scoring.engine.indicators import BY_ID
from scoring.engine.measure import is_readable
from scoring.engine.text import N_

DEFAULT = "orders"


@dataclass(frozen=True)
class Preset:
    """A shipped evaluation model. `criteria`: id, name, weight and member indicators of each.

    `optional` are kinds of record that it gains from but makes sense without.
    """

    slug: str
    name: str
    description: str
    criteria: tuple[tuple[str, str, float, tuple[str, ...]], ...]
    optional: tuple[str, ...] = ()

    @cached_property
    def definition(self) -> Definition:
        """The checked definition; within a criterion the members weigh the same."""
        return Definition.from_dict(self.data)

    @property
    def data(self) -> dict[str, Any]:
        """The definition as plain data, as a new evaluation model stores it."""
        return {
            "criteria": [
                {
                    "id": key,
                    "name": name,
                    "weight": weight,
                    "members": [{"indicator": member} for member in members],
                }
                for key, name, weight, members in self.criteria
            ]
        }

    @property
    def requires(self) -> tuple[str, ...]:
        """The kinds of record it needs, sorted."""
        members = (member for *_, members in self.criteria for member in members)
        kinds = {kind for member in members for kind in BY_ID[member].kinds}
        return tuple(sorted(kinds - set(self.optional)))


SATISFACTION = N_("Satisfaction")
RESPONSE_SPEED = N_("Response speed")
CUSTOMISATION = N_("Customisation")
PROBLEM_SOLVING = N_("Problem solving")
LOYALTY = N_("Loyalty")
LIFETIME_VALUE = N_("Lifetime value")
COMPLAINTS = N_("Complaints")
RETENTION = N_("Retention")
RECOMMENDATION = N_("Recommendation")
NPS = N_("Net promoter score (NPS)")
ENGAGEMENT = N_("Engagement")
DELIVERY = N_("Product and delivery")
EFFORT = N_("Ease (customer effort)")


def _service(
    satisfaction: float, speed: float, custom: float, solving: float, loyalty: float
) -> tuple[tuple[str, str, float, tuple[str, ...]], ...]:
    response = ("first_response_time", "resolution_time")
    fit = ("customisation", "needs_fit", "customised_response")
    solved = ("resolution_rate", "complaint_satisfaction")
    loyal = ("purchase_frequency", "recommendation", "cross_sell")
    return (
        ("satisfaction", SATISFACTION, satisfaction, ("satisfaction",)),
        ("response_speed", RESPONSE_SPEED, speed, response),
        ("customisation", CUSTOMISATION, custom, fit),
        ("problem_solving", PROBLEM_SOLVING, solving, solved),
        ("loyalty", LOYALTY, loyalty, loyal),
    )


PRESETS: tuple[Preset, ...] = (
    Preset(
        "service",
        N_("Service quality"),
        N_("Satisfaction, response, customisation, problem solving and loyalty."),
        _service(satisfaction=40, speed=20, custom=20, solving=10, loyalty=10),
    ),
    Preset(
        "expansion",
        N_("Expansion stage"),
        N_("As service quality, for a growing business: response speed counts more."),
        _service(satisfaction=30, speed=30, custom=15, solving=15, loyalty=10),
    ),
    Preset(
        "steady",
        N_("Steady stage"),
        N_("As service quality, for a settled business: problem solving and loyalty count more."),
        _service(satisfaction=20, speed=10, custom=10, solving=30, loyalty=30),
    ),
    Preset(
        "customer-quality",
        N_("Customer quality"),
        N_("Ten sides of a customer, from satisfaction to net value."),
        (
            ("satisfaction", SATISFACTION, 15, ("satisfaction", "satisfaction_trend")),
            ("loyalty", LOYALTY, 12, ("purchase_frequency", "cross_sell")),
            ("lifetime_value", LIFETIME_VALUE, 12, ("lifetime_value",)),
            ("complaints", COMPLAINTS, 10, ("complaint_rate", "complaint_severity")),
            ("acquisition_cost", N_("Acquisition cost"), 4, ("acquisition_cost",)),
            ("churn", N_("Churn"), 12, ("churn_risk", "purchase_probability")),
            ("recommendation", RECOMMENDATION, 10, ("recommendation", "referrals")),
            (
                "engagement",
                ENGAGEMENT,
                8,
                ("interaction_recency", "participation", "survey_response"),
            ),
            ("net_value", N_("Net value"), 7, ("net_value",)),
            (
                "delivery",
                DELIVERY,
                10,
                ("on_time_delivery", "return_rate", "quality_complaint_rate"),
            ),
        ),
    ),
    Preset(
        "key-account",
        N_("Key accounts"),
        N_("Satisfaction, retention, value, growth and feedback of key accounts."),
        (
            ("satisfaction", SATISFACTION, 25, ("satisfaction",)),
            ("retention", RETENTION, 20, ("purchase_probability", "tenure")),
            ("lifetime_value", LIFETIME_VALUE, 15, ("lifetime_value",)),
            ("sales_growth", N_("Sales growth"), 15, ("sales_growth",)),
            ("conversion", N_("Conversion"), 5, ("conversion_rate",)),
            (
                "feedback",
                N_("Feedback"),
                10,
                ("feedback_follow_up", "survey_response", "visit_cadence"),
            ),
            ("nps", NPS, 10, ("recommendation",)),
        ),
    ),
    Preset(
        "satisfaction",
        N_("Satisfaction analysis"),
        N_("How satisfied customers are, with complaints, retention, NPS and value."),
        (
            ("index", N_("Satisfaction index"), 30, ("satisfaction", "satisfaction_index")),
            ("complaints", COMPLAINTS, 20, ("complaint_rate", "complaint_severity")),
            ("retention", RETENTION, 20, ("purchase_probability",)),
            ("nps", NPS, 15, ("recommendation",)),
            ("lifetime_value", LIFETIME_VALUE, 15, ("lifetime_value",)),
        ),
    ),
    Preset(
        "churn-risk",
        N_("Churn risk analysis"),
        N_("Who is about to leave: churn, purchase frequency, complaints, value and lapse."),
        (
            ("churn", N_("Churn"), 30, ("churn_risk", "purchase_probability")),
            (
                "purchase_frequency",
                N_("Purchase frequency"),
                25,
                ("purchase_frequency", "frequency_change"),
            ),
            ("complaints", COMPLAINTS, 15, ("complaint_rate", "complaint_severity")),
            ("comprehensive_value", N_("Comprehensive value"), 15, ("comprehensive_value",)),
            ("lapse", N_("Lapse"), 15, ("lapsed", "purchase_gap")),
        ),
    ),
    Preset(
        "loyalty",
        N_("Loyalty analysis"),
        N_("How loyal customers are, from satisfaction to engagement."),
        (
            ("satisfaction", SATISFACTION, 20, ("satisfaction",)),
            (
                "repurchase",
                N_("Repurchase and returns"),
                20,
                ("purchase_frequency", "return_rate", "conversion_rate"),
            ),
            ("retention", RETENTION, 15, ("purchase_probability", "tenure")),
            ("lifetime_value", LIFETIME_VALUE, 15, ("lifetime_value",)),
            ("experience", N_("Experience"), 15, ("experience", "effort")),
            (
                "engagement",
                ENGAGEMENT,
                15,
                ("interaction_frequency", "two_way_share", "participation"),
            ),
        ),
    ),
    Preset(
        "industrial",
        N_("Industrial customers"),
        N_("For business customers in industry: NPS, satisfaction, effort, loyalty, delivery."),
        (
            ("nps", NPS, 25, ("recommendation",)),
            ("satisfaction", SATISFACTION, 25, ("satisfaction", "attribute_satisfaction")),
            ("effort", EFFORT, 15, ("effort",)),
            ("loyalty", LOYALTY, 20, ("purchase_frequency", "trust", "cross_sell")),
            ("delivery", DELIVERY, 15, ("on_time_delivery", "return_rate")),
        ),
    ),
    Preset(
        "orders",
        N_("Orders only"),
        N_("For a company that has only orders, until more is recorded."),
        (
            (
                "purchase_rhythm",
                N_("Purchase rhythm"),
                35,
                ("purchase_probability", "purchase_gap", "frequency_change"),
            ),
            ("loyalty", LOYALTY, 25, ("purchase_frequency", "tenure")),
            ("value", N_("Value"), 25, ("revenue", "comprehensive_value")),
            ("growth", N_("Growth"), 5, ("sales_growth",)),
            ("returns", N_("Returns"), 10, ("return_rate",)),
        ),
        optional=("returns",),
    ),
)

BY_SLUG: dict[str, Preset] = {preset.slug: preset for preset in PRESETS}


def readable_weight(definition: Definition, recorded: Mapping[str, bool]) -> float:
    """The share of the weight for which customers can have readings, 0 to 1."""
    flat = definition.flat
    return sum(
        weight
        for member, weight in zip(flat.members, flat.weights.tolist(), strict=True)
        if is_readable(BY_ID[member.indicator], recorded)
    )


def fullest(recorded: Mapping[str, bool]) -> Preset:
    """The preset with the most kinds of record among those whose records all exist, else `orders`.

    Ties go to the preset with more indicators, then to the earlier.
    """
    complete = [preset for preset in PRESETS if readable_weight(preset.definition, recorded) > 1 - 1e-9]
    return max(
        complete,
        key=lambda preset: (len(preset.requires), len(preset.definition.flat.members)),
        default=BY_SLUG[DEFAULT],
    )
