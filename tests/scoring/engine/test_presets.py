"""The shipped models weigh exactly as the catalogue says."""

import pytest

from scoring.engine.indicators import KINDS
from scoring.presets import BY_SLUG, DEFAULT, PRESETS, fullest, readable_weight

TABLE = {
    "service": {
        40: ["satisfaction"],
        20: ["first_response_time", "resolution_time"],
        "20": ["customisation", "needs_fit", "customised_response"],
        10: ["resolution_rate", "complaint_satisfaction"],
        "10": ["purchase_frequency", "recommendation", "cross_sell"],
    },
    "expansion": {
        30: ["satisfaction"],
        "30": ["first_response_time", "resolution_time"],
        15: ["customisation", "needs_fit", "customised_response"],
        "15": ["resolution_rate", "complaint_satisfaction"],
        10: ["purchase_frequency", "recommendation", "cross_sell"],
    },
    "steady": {
        20: ["satisfaction"],
        10: ["first_response_time", "resolution_time"],
        "10": ["customisation", "needs_fit", "customised_response"],
        30: ["resolution_rate", "complaint_satisfaction"],
        "30": ["purchase_frequency", "recommendation", "cross_sell"],
    },
    "customer-quality": {
        15: ["satisfaction", "satisfaction_trend"],
        12: ["purchase_frequency", "cross_sell"],
        "12": ["lifetime_value"],
        10: ["complaint_rate", "complaint_severity"],
        4: ["acquisition_cost"],
        " 12": ["churn_risk", "purchase_probability"],
        "10": ["recommendation", "referrals"],
        8: ["interaction_recency", "participation", "survey_response"],
        7: ["net_value"],
        " 10": ["on_time_delivery", "return_rate", "quality_complaint_rate"],
    },
    "key-account": {
        25: ["satisfaction"],
        20: ["purchase_probability", "tenure"],
        15: ["lifetime_value"],
        "15": ["sales_growth"],
        5: ["conversion_rate"],
        10: ["feedback_follow_up", "survey_response", "visit_cadence"],
        "10": ["recommendation"],
    },
    "satisfaction": {
        30: ["satisfaction", "satisfaction_index"],
        20: ["complaint_rate", "complaint_severity"],
        "20": ["purchase_probability"],
        15: ["recommendation"],
        "15": ["lifetime_value"],
    },
    "churn-risk": {
        30: ["churn_risk", "purchase_probability"],
        25: ["purchase_frequency", "frequency_change"],
        15: ["complaint_rate", "complaint_severity"],
        "15": ["comprehensive_value"],
        " 15": ["lapsed", "purchase_gap"],
    },
    "loyalty": {
        20: ["satisfaction"],
        "20": ["purchase_frequency", "return_rate", "conversion_rate"],
        15: ["purchase_probability", "tenure"],
        "15": ["lifetime_value"],
        " 15": ["experience", "effort"],
        "15 ": ["interaction_frequency", "two_way_share", "participation"],
    },
    "industrial": {
        25: ["recommendation"],
        "25": ["satisfaction", "attribute_satisfaction"],
        15: ["effort"],
        20: ["purchase_frequency", "trust", "cross_sell"],
        "15": ["on_time_delivery", "return_rate"],
    },
    "orders": {
        35: ["purchase_probability", "purchase_gap", "frequency_change"],
        25: ["purchase_frequency", "tenure"],
        "25": ["revenue", "comprehensive_value"],
        5: ["sales_growth"],
        10: ["return_rate"],
    },
}


def test_the_presets_are_those_of_the_catalogue():
    assert [preset.slug for preset in PRESETS] == list(TABLE)


@pytest.mark.parametrize("slug", TABLE)
def test_a_preset_weighs_exactly_as_in_the_table(slug):
    expected = [(float(weight), members) for weight, members in TABLE[slug].items()]
    found = [
        (criterion.weight, [member.indicator for member in criterion.members])
        for criterion in BY_SLUG[slug].definition.criteria
    ]
    assert found == expected


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_members_weigh_the_same_and_missing_ones_are_excluded(preset):
    for criterion in preset.definition.criteria:
        assert {member.weight for member in criterion.members} == {1}
        assert {member.policy for member in criterion.members} == {"exclude"}
    assert preset.definition.flat.weights.sum() == pytest.approx(1)
    assert preset.name
    assert preset.description


def test_a_preset_knows_which_records_it_needs():
    assert BY_SLUG["industrial"].requires == ("deliveries", "orders", "returns", "surveys")
    assert BY_SLUG[DEFAULT].requires == ("orders",)


def test_orders_is_the_default_while_nothing_more_can_be_read():
    assert fullest({}).slug == "orders"
    assert fullest({"orders": True}).slug == "orders"


def test_the_default_is_the_preset_that_needs_most_of_what_is_recorded():
    # The four with churn_risk wait for its model.
    assert fullest(dict.fromkeys(KINDS, True)).slug == "loyalty"


def test_readable_weight_is_the_weight_that_can_have_readings():
    orders = BY_SLUG["orders"].definition
    assert readable_weight(orders, {"orders": True}) == pytest.approx(0.9)
    assert readable_weight(orders, {"orders": True, "returns": True}) == pytest.approx(1)
    assert readable_weight(orders, {}) == 0
