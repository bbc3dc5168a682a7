"""Readings: missing is not zero, not recorded is not perfect, one row equals a million."""

import numpy as np
import pytest

from scoring.engine import facts_table
from scoring.engine.indicators import KINDS, REGISTRY, index_of
from scoring.engine.measure import measure, why_no_data
from scoring.engine.settings import Settings


def reading(readings, indicator_id, row=0):
    return readings.values[row, index_of(indicator_id)]


def test_what_is_missing_is_no_reading_and_never_zero(calibration, everything):
    readings = measure(facts_table.empty([1, 2]), everything, Settings(), calibration)
    assert readings.values.shape == readings.records.shape == (2, len(REGISTRY))
    assert np.isnan(readings.values).all()
    assert (readings.records == 0).all()


def test_a_customer_who_had_nothing_delivered_is_not_perfectly_on_time(calibration, everything):
    facts = facts_table.empty([1], deliveries_due=0, deliveries_on_time=0, units_delivered=0)
    readings = measure(facts, everything, Settings(), calibration)
    assert np.isnan(reading(readings, "on_time_delivery"))
    assert np.isnan(reading(readings, "return_rate"))


def test_not_recorded_is_not_perfect(calibration, everything):
    facts = facts_table.empty([1], units_delivered=50, units_returned=0)
    recorded = {**everything, "returns": False}
    assert reading(measure(facts, everything, Settings(), calibration), "return_rate") == 0
    assert np.isnan(reading(measure(facts, recorded, Settings(), calibration), "return_rate"))
    assert np.isnan(reading(measure(facts, {}, Settings(), calibration), "return_rate"))


def test_an_absent_fact_column_makes_its_indicators_unreadable_and_no_others(calibration, everything):
    facts = facts_table.empty([1], deliveries_due=4, deliveries_on_time=3, days_late_total=8)
    readings = measure(facts.drop(columns="days_late_total"), everything, Settings(), calibration)
    assert reading(readings, "on_time_delivery") == np.float32(0.75)
    assert np.isnan(reading(readings, "delivery_delay"))


def test_the_records_behind_a_reading_are_counted(calibration, everything):
    facts = facts_table.empty([1], deliveries_due=4, deliveries_on_time=3, order_days_earlier=2)
    readings = measure(facts, everything, Settings(), calibration)
    assert readings.records[0, index_of("on_time_delivery")] == 4
    # Two records are there, though too few for a reading.
    assert readings.records[0, index_of("frequency_change")] == 2
    assert np.isnan(reading(readings, "frequency_change"))


def test_one_row_and_any_batch_give_the_same_bits(market, calibration, everything):
    whole = measure(market, everything, Settings(), calibration)
    rng = np.random.default_rng(7)
    for size in (1, 1, 1, 2, 3, 5, 7, 8, 9, 33, 128, 599):
        rows = rng.choice(len(market), size, replace=False)
        part = measure(market.iloc[rows], everything, Settings(), calibration)
        assert part.values.tobytes("C") == whole.values[rows].tobytes("C")
        assert (part.records == whole.records[rows]).all()


def test_readings_are_float32_and_finite_or_missing(market, calibration, everything):
    values = measure(market, everything, Settings(), calibration).values
    assert values.dtype == np.float32
    assert not np.isinf(values).any()


@pytest.mark.parametrize(
    "indicator_id, missing, words",
    [
        ("return_rate", {"returns"}, "Returns are not recorded."),
        ("return_rate", set(), "Nothing was delivered in the window."),
        ("net_promoter_score", set(), "This is measured for groups of customers, not for one."),
        ("satisfaction", set(), "The customer gave no answer in the window."),
        ("churn_risk", set(), "This release does not measure it yet."),
        ("satisfaction", {"surveys"}, "Surveys are not recorded."),
    ],
)
def test_there_is_always_a_reason_for_no_data(indicator_id, missing, words):
    recorded = {kind: kind not in missing for kind in KINDS}
    assert why_no_data(indicator_id, recorded) == words
