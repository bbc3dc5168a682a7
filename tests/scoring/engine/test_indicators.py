"""The registry is complete, and each formula gives what paper and pencil give."""

import inspect
import math

import pytest

from scoring.engine import facts_table
from scoring.engine.calibration import Calibration
from scoring.engine.columns import Columns, parameters
from scoring.engine.derived import DERIVED
from scoring.engine.indicators import BY_ID, KINDS, REGISTRY, UNITS, index_of
from scoring.engine.settings import Settings

# fmt: off
CATALOGUE = [
    "satisfaction", "satisfaction_index", "customer_satisfaction_score", "acsi", "effort",
    "attribute_satisfaction", "satisfaction_trend", "complaint_satisfaction", "net_promoter_score",
    "recommendation", "repeat_purchase_rate", "purchase_frequency", "frequency_change",
    "retention_rate", "churn_rate", "tenure", "referrals", "satisfaction_to_loyalty", "experience",
    "trust", "revenue", "net_value", "lifetime_revenue", "lifetime_value_to_date", "lifetime_value",
    "acquisition_cost", "cross_sell", "comprehensive_value", "credit", "sales_growth",
    "conversion_rate", "first_response_time", "resolution_time", "sla_attainment",
    "feedback_follow_up", "resolution_rate", "first_contact_resolution", "reopen_rate",
    "complaint_rate", "complaint_severity", "repeat_complaints", "customisation", "needs_fit",
    "customised_response", "interaction_frequency", "interaction_recency", "visit_cadence",
    "two_way_share", "channel_breadth", "survey_response", "co_creation", "participation",
    "on_time_delivery", "delivery_delay", "return_rate", "quality_complaint_rate",
    "inspection_pass_rate", "purchase_probability", "probability_alive", "purchase_gap", "lapsed",
    "churn_risk",
]
# fmt: on

# fmt: off
MEASURED = [
    "satisfaction", "satisfaction_index", "effort", "attribute_satisfaction", "satisfaction_trend",
    "complaint_satisfaction", "recommendation", "purchase_frequency", "frequency_change", "tenure", "referrals", "experience", "trust", "revenue", "net_value",
    "lifetime_revenue", "lifetime_value_to_date", "lifetime_value", "acquisition_cost", "cross_sell",
    "comprehensive_value", "credit", "sales_growth", "conversion_rate", "first_response_time",
    "resolution_time", "sla_attainment", "feedback_follow_up", "resolution_rate", "first_contact_resolution", "reopen_rate",
    "complaint_rate", "complaint_severity", "repeat_complaints", "customisation", "needs_fit",
    "customised_response", "interaction_frequency", "interaction_recency", "visit_cadence", "two_way_share", "channel_breadth",
    "survey_response", "co_creation", "participation", "on_time_delivery", "delivery_delay", "return_rate",
    "quality_complaint_rate", "purchase_probability", "probability_alive", "purchase_gap", "lapsed",
]
# fmt: on

# fmt: off
OF_GROUPS = [
    "satisfaction_index", "customer_satisfaction_score", "acsi", "effort", "attribute_satisfaction",
    "complaint_satisfaction", "net_promoter_score", "repeat_purchase_rate", "retention_rate",
    "churn_rate", "referrals", "satisfaction_to_loyalty", "trust", "revenue", "net_value",
    "lifetime_revenue", "lifetime_value_to_date", "lifetime_value", "acquisition_cost", "cross_sell",
    "sales_growth", "conversion_rate", "first_response_time", "resolution_time", "sla_attainment",
    "feedback_follow_up", "resolution_rate", "first_contact_resolution", "reopen_rate", "complaint_rate",
    "repeat_complaints", "customisation", "needs_fit", "customised_response", "survey_response", "co_creation", "on_time_delivery", "delivery_delay",
    "return_rate", "quality_complaint_rate", "lapsed",
]
# fmt: on


def test_the_registry_holds_the_whole_catalogue_in_its_order():
    assert [indicator.id for indicator in REGISTRY] == CATALOGUE
    assert len(BY_ID) == len(CATALOGUE) == 62


def test_an_indicator_is_found_at_its_place():
    assert REGISTRY[index_of("tenure")].id == "tenure"
    with pytest.raises(ValueError, match="no indicator named charm"):
        index_of("charm")


def test_what_this_release_measures_is_known_by_name():
    assert [i.id for i in REGISTRY if i.measure is not None] == MEASURED
    assert [i.id for i in REGISTRY if i.parts is not None] == OF_GROUPS


@pytest.mark.parametrize("indicator", REGISTRY, ids=lambda indicator: indicator.id)
def test_every_indicator_says_what_it_is(indicator):
    assert indicator.name
    assert indicator.definition.endswith(".")
    assert indicator.question.endswith("?")
    assert indicator.no_data.endswith(".")
    assert indicator.unit in UNITS
    assert indicator.kinds
    assert set(indicator.kinds) <= set(KINDS)
    assert (indicator.parts is None) or "P" in indicator.level
    assert (indicator.measure is None) or "C" in indicator.level
    assert (indicator.measure is None) == (indicator.records is None)


@pytest.mark.parametrize("indicator", REGISTRY, ids=lambda indicator: indicator.id)
def test_every_formula_asks_for_facts_that_exist_and_says_what_it_returns(indicator):
    known = {*facts_table.FACTS, *DERIVED, "settings", "calibration", "attributes"}
    for formula in filter(None, (indicator.measure, indicator.parts, indicator.squares)):
        assert set(parameters(formula)) <= known
        assert inspect.getdoc(formula)
    assert indicator.records is None or indicator.records in known


@pytest.mark.parametrize(
    "indicator_id, direction",
    [("return_rate", "lower"), ("lapsed", "lower"), ("tenure", "higher"), ("revenue", "higher")],
)
def test_the_scale_says_which_way_is_better(indicator_id, direction):
    assert BY_ID[indicator_id].direction == direction


NOTHING = math.nan


@pytest.mark.parametrize(
    "indicator_id, facts, expected",
    [
        # Six orders in a whole year; two in 73 days are ten a year; one yesterday counts as a month.
        ("purchase_frequency", {"orders_in_window": 6, "days_since_first_order": 900}, 6),
        ("purchase_frequency", {"orders_in_window": 2, "days_since_first_order": 73}, 10),
        ("purchase_frequency", {"orders_in_window": 1, "days_since_first_order": 1}, 365 / 30),
        ("purchase_frequency", {"orders_in_window": 0, "days_since_first_order": 900}, 0),
        ("purchase_frequency", {"orders_in_window": 0}, NOTHING),
        # 365 earlier days with 73 order days are one in five: 18 expected in 90 days.
        (
            "frequency_change",
            {
                "order_days_recent": 9,
                "order_days_earlier": 73,
                "days_since_first_order": 900,
            },
            -50,
        ),
        # First order 180 days ago: 90 earlier days with 4 order days, so 4 are expected.
        (
            "frequency_change",
            {
                "order_days_recent": 6,
                "order_days_earlier": 4,
                "days_since_first_order": 180,
            },
            50,
        ),
        (
            "frequency_change",
            {
                "order_days_recent": 6,
                "order_days_earlier": 2,
                "days_since_first_order": 180,
            },
            NOTHING,
        ),
        ("tenure", {"days_since_first_order": 1461}, 4),
        ("tenure", {"days_since_first_order": 365.25, "days_since_first_contract": 730.5}, 2),
        ("tenure", {"days_since_first_contract": 730.5}, 2),
        ("tenure", {}, NOTHING),
        ("referrals", {"referred_customers": 2, "order_count": 1}, 2),
        ("referrals", {"referred_customers": 0, "order_count": 0}, NOTHING),
        # A profit of 1,000, won for 200 in the window; no hour costs anything until somebody says so.
        ("net_value", {"gross_profit_in_window": 1000, "acquisition_cost_in_window": 200, "order_count": 2}, 800),
        ("net_value", {"gross_profit_in_window": 1000, "service_minutes_in_window": 90, "order_count": 2}, 1000),
        ("net_value", {"acquisition_cost_in_window": 200, "order_count": 2}, NOTHING),
        ("net_value", {"gross_profit_in_window": 0, "order_count": 0}, NOTHING),
        ("credit", {"receivable": 200, "overdue": 50}, 0.25),
        ("credit", {"receivable": 0, "overdue": 0}, 0),
        ("credit", {}, NOTHING),
        ("conversion_rate", {"opportunities_won": 3, "opportunities_lost": 1}, 0.75),
        ("conversion_rate", {"opportunities_won": 0, "opportunities_lost": 0}, NOTHING),
        # Eight contacts in four quarters are two a quarter; one yesterday counts as a quarter's.
        ("interaction_frequency", {"interactions_in_window": 8, "days_since_first_interaction": 900}, 2),
        ("interaction_frequency", {"interactions_in_window": 1, "days_since_first_interaction": 1}, 1),
        ("interaction_frequency", {"interactions_in_window": 0, "days_since_first_interaction": 900}, 0),
        ("interaction_frequency", {"interactions_in_window": 0}, NOTHING),
        ("interaction_recency", {"days_since_two_way": 90, "visit_interval": 60}, 1.5),
        ("interaction_recency", {"days_since_two_way": 90}, NOTHING),
        ("interaction_recency", {"visit_interval": 60}, NOTHING),
        ("visit_cadence", {"visits_kept": 3, "visits_due": 4}, 0.75),
        ("visit_cadence", {"visits_kept": 0, "visits_due": 0}, NOTHING),
        # One of four contacts begun by them is 25 points from one half.
        ("two_way_share", {"inbound_in_window": 1, "interactions_in_window": 4}, 25),
        ("two_way_share", {"inbound_in_window": 3, "interactions_in_window": 3}, NOTHING),
        ("channel_breadth", {"channels_in_window": 3, "interaction_count": 9}, 3),
        ("channel_breadth", {"channels_in_window": 0, "interaction_count": 0}, NOTHING),
        ("co_creation", {"joint_projects_weight": 1.5}, 1.5),
        ("co_creation", {"joint_projects_weight": 0}, 0),
        ("participation", {"participation_weight": 2.25}, 2.25),
        ("revenue", {"revenue_in_window": 0, "order_count": 3}, 0),
        ("revenue", {"revenue_in_window": 0, "order_count": 0}, NOTHING),
        ("revenue", {"revenue_in_window": -500, "order_count": 3}, -500),
        (
            "lifetime_value_to_date",
            {"gross_profit_total": 900, "acquisition_cost": 1000, "order_count": 1},
            -100,
        ),
        ("lifetime_value_to_date", {"gross_profit_total": 900, "order_count": 1}, 900),
        ("lifetime_value_to_date", {"acquisition_cost": 900, "order_count": 1}, NOTHING),
        (
            "lifetime_value_to_date",
            {"gross_profit_total": 0, "acquisition_cost": 1000, "order_count": 0},
            NOTHING,
        ),
        ("cross_sell", {"product_lines_in_window": 3, "order_count": 9}, 2),
        ("cross_sell", {"product_lines_in_window": 0, "order_count": 9}, 0),
        ("cross_sell", {"product_lines_in_window": 0, "order_count": 0}, NOTHING),
        ("cross_sell", {"order_count": 5}, NOTHING),
        ("sales_growth", {"revenue_in_window": 70, "revenue_before_window": 100}, -0.3),
        ("sales_growth", {"revenue_in_window": 70, "revenue_before_window": 0}, NOTHING),
        ("on_time_delivery", {"deliveries_on_time": 3, "deliveries_due": 4}, 0.75),
        ("on_time_delivery", {"deliveries_on_time": 0, "deliveries_due": 0}, NOTHING),
        ("delivery_delay", {"days_late_total": 6, "deliveries_due": 4}, 1.5),
        ("delivery_delay", {"days_late_total": 0, "deliveries_due": 0}, NOTHING),
        ("return_rate", {"units_returned": 0, "units_delivered": 50}, 0),
        ("return_rate", {"units_returned": 3, "units_delivered": 60}, 0.05),
        ("return_rate", {"units_returned": 0, "units_delivered": 0}, NOTHING),
        ("first_response_time", {"response_ratio": 0.5}, 0.5),
        ("resolution_time", {}, NOTHING),
        ("sla_attainment", {"clocks_met": 3, "clocks_due": 4}, 0.75),
        ("resolution_rate", {"complaints_accepted": 1, "complaints_closed": 4}, 0.25),
        ("first_contact_resolution", {"complaints_settled_at_once": 0, "complaints_settled": 0}, NOTHING),
        ("reopen_rate", {"complaints_reopened": 1, "complaints_resolved": 5}, 0.2),
        ("complaint_rate", {"complaints_in_window": 2, "orders_in_window": 50}, 4),
        ("complaint_rate", {"complaints_in_window": 1, "orders_in_window": 0}, 100),
        ("complaint_rate", {"complaints_in_window": 0, "orders_in_window": 0}, NOTHING),
        ("complaint_severity", {"complaint_points": 3, "complaints_in_window": 1, "orders_in_window": 0}, 3),
        ("complaint_severity", {"complaint_points": 0, "complaints_in_window": 0, "orders_in_window": 2}, 0),
        ("repeat_complaints", {"complaints_repeated": 0, "complaints_in_window": 0}, NOTHING),
        ("quality_complaint_rate", {"quality_complaints_in_window": 1, "orders_in_window": 50}, 2),
        ("quality_complaint_rate", {"quality_complaints_in_window": 1, "orders_in_window": 0}, NOTHING),
        ("customised_response", {"proposal_ratio": 0.5}, 0.5),
        ("co_creation", {"joint_projects_weight": 1, "adopted_suggestions_weight": 0.5}, 1.5),
        ("customisation", {"customised_yes": 1, "customised_no": 3}, 0.25),
        ("customisation", {"customised_yes": 0, "customised_no": 0}, NOTHING),
        # Rhythm 30 days, deviation 1.4826 x 10: day 60 is 30 / 14.826 deviations late.
        (
            "purchase_gap",
            {"days_since_last_order": 60, "gap_median": 30, "gap_mad": 10, "order_days": 5},
            30 / 14.826,
        ),
        # A clockwork customer: a quarter of the median gap is the least deviation.
        (
            "purchase_gap",
            {"days_since_last_order": 45, "gap_median": 30, "gap_mad": 0, "order_days": 5},
            2,
        ),
        (
            "purchase_gap",
            {"days_since_last_order": 3, "gap_median": 1, "gap_mad": 0, "order_days": 5},
            2,
        ),
        (
            "purchase_gap",
            {"days_since_last_order": 45, "gap_median": 30, "gap_mad": 0, "order_days": 2},
            NOTHING,
        ),
        # Lapsed is strictly more than the limit, and the own rhythm can stretch it.
        ("lapsed", {"days_since_last_order": 180}, 0),
        ("lapsed", {"days_since_last_order": 181}, 1),
        ("lapsed", {"days_since_last_order": 299, "gap_median": 100}, 0),
        ("lapsed", {"days_since_last_order": 300, "gap_median": 100}, 0),
        ("lapsed", {"days_since_last_order": 301, "gap_median": 100}, 1),
        ("lapsed", {}, NOTHING),
    ],
)
def test_a_formula_gives_what_paper_and_pencil_give(indicator_id, facts, expected, nothing_fitted):
    table = facts_table.empty([1], **facts)
    columns = Columns(table, Settings(), nothing_fitted)
    assert columns.call(BY_ID[indicator_id].measure)[0] == pytest.approx(expected, nan_ok=True)


def test_an_hour_of_service_costs_what_the_settings_say(nothing_fitted):
    facts = {"gross_profit_in_window": 1000, "service_minutes_in_window": 90, "order_count": 2}
    columns = Columns(facts_table.empty([1], **facts), Settings(service_cost_an_hour=200), nothing_fitted)
    assert columns.call(BY_ID["net_value"].measure)[0] == 700


@pytest.mark.parametrize("wrong", [{"visit_days": {"A": 0}}, {"service_cost_an_hour": -1}])
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        Settings(**wrong)


@pytest.fixture
def nothing_fitted(calibration) -> Calibration:
    return Calibration(calibration.as_of)


@pytest.mark.parametrize("indicator_id", MEASURED)
def test_a_customer_of_whom_nothing_is_known_has_no_reading(indicator_id, calibration):
    columns = Columns(facts_table.empty([1]), Settings(), calibration)
    assert math.isnan(columns.call(BY_ID[indicator_id].measure)[0])


def test_comprehensive_value_is_the_mean_of_the_four_quintiles(nothing_fitted):
    cuts = {
        "recency": (30.0, 60.0, 90.0, 120.0),  # 45 days ago: second best fifth, 4
        "frequency": (1.0, 2.0, 3.0, 4.0),  # 3 order days: as the third cut, so 3
        "money": (10.0, 20.0, 30.0, 40.0),  # 100: 5
        "revenue_to_date": (100.0, 200.0, 300.0, 400.0),  # 150: 2
    }
    table = facts_table.empty(
        [1],
        days_since_last_order=45,
        days_since_first_order=400,
        order_days=9,
        order_days_in_window=3,
        revenue_in_window=100,
        revenue_total=150,
    )
    fitted = Calibration(nothing_fitted.as_of, cuts=cuts)
    columns = Columns(table, Settings(), fitted)
    expected = (70 + 50 + 90 + 30) / 4
    assert columns.call(BY_ID["comprehensive_value"].measure)[0] == expected


def test_lifetime_value_is_lifetime_revenue_still_to_come_at_the_companys_margin(market, calibration):
    columns = Columns(market, Settings(), calibration)
    revenue = columns.call(BY_ID["lifetime_revenue"].measure) - columns.get("revenue_total")
    value = columns.call(BY_ID["lifetime_value"].measure)
    known = ~(market["gross_profit_total"].isna() | market["days_since_last_order"].isna())
    assert list(~known) == [math.isnan(each) for each in value]
    assert value[known] == pytest.approx(revenue[known] * calibration.margin, abs=1e-6)


def test_the_parts_of_lifetime_value_add_up_and_none_is_negative(market, calibration):
    from scoring.engine.indicators import lifetime

    columns = Columns(market, Settings(), calibration)
    whole = columns.call(lifetime.lifetime_value)
    parts = columns.call(lifetime.lifetime_value_parts)
    assert parts["first"] + parts["repeat"] == pytest.approx(whole, nan_ok=True)
    assert (parts["first"][whole > 0] > 0).all()
    assert (parts["repeat"][whole > 0] > -1e-6).all()
