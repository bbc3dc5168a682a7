"""Calibrations: fitted in the right order, and the same after JSON."""

import json
from datetime import date

import numpy as np
import pytest

from scoring.engine import facts_table
from scoring.engine.calibration import Calibration, fit
from scoring.engine.indicators import index_of
from scoring.engine.measure import measure, why_no_data
from scoring.engine.settings import Settings

AS_OF = date(2026, 6, 1)


def test_a_calibration_survives_json_to_the_last_bit(market, calibration, everything):
    again = Calibration.from_dict(json.loads(json.dumps(calibration.to_dict(), allow_nan=False)))
    assert again == calibration
    before = measure(market, everything, Settings(), calibration).values
    after = measure(market, everything, Settings(), again).values
    assert before.tobytes() == after.tobytes()


def test_an_empty_calibration_survives_json():
    empty = Calibration(AS_OF)
    assert Calibration.from_dict(json.loads(json.dumps(empty.to_dict()))) == empty


def test_it_is_dated_and_counts_its_customers(market, calibration):
    assert (calibration.as_of, calibration.customers) == (AS_OF, len(market))
    assert calibration.settings_version == Settings().version


def test_the_models_and_the_margin_are_fitted(calibration):
    assert calibration.purchases is not None
    assert calibration.purchases.modified
    assert calibration.values is not None
    assert calibration.margin == pytest.approx(0.3, abs=0.001)
    assert (calibration.no_purchases, calibration.no_values) == ("", "")


def test_percentiles_are_those_of_the_readings(market, calibration, everything):
    readings = measure(market, everything, Settings(), calibration).values
    values = readings[:, index_of("lifetime_revenue")].astype(float)
    low, high = np.nanpercentile(values, [10, 90])
    scale = calibration.scales["lifetime_revenue"]
    assert (scale.low, scale.high) == (low, high)
    assert scale.median == np.nanmedian(values)
    assert scale.n == (~np.isnan(values)).sum()


def test_a_small_segment_has_no_scale_of_its_own(market, calibration):
    assert (market["segment"] == "tiny").sum() < 30
    scale = calibration.scales["revenue"]
    assert set(scale.segments) == {"retail", "industry"}
    assert calibration.ends("revenue", "tiny") == calibration.ends("revenue") == (scale.low, scale.high)
    assert calibration.ends("revenue", "retail") != calibration.ends("revenue")


def test_equal_percentiles_are_no_scale(everything):
    same = facts_table.empty(range(40), order_count=1, revenue_in_window=500.0)
    assert np.isnan(fit(same, everything, Settings(), AS_OF).ends("revenue")).all()


def test_a_cohort_too_small_has_no_model_and_says_so(market, everything):
    few = fit(market.head(20), everything, Settings(), AS_OF)
    assert few.purchases is None
    assert few.values is None
    readings = measure(market, everything, Settings(), few).values
    for name in ("purchase_probability", "lifetime_revenue", "lifetime_value"):
        assert np.isnan(readings[:, index_of(name)]).all()
        assert "too few" in why_no_data(name, everything, few)
    # Comprehensive value falls back on revenue to date.
    assert "lifetime_revenue" not in few.cuts
    assert not np.isnan(readings[:, index_of("comprehensive_value")]).all()


def test_without_recorded_costs_there_is_no_margin(market, everything):
    found = fit(market, {**everything, "costs": False}, Settings(), AS_OF)
    assert found.margin is None
    assert "lifetime_value" not in found.cuts
    assert "lifetime_value" not in found.scales
    assert "comprehensive_value" in found.scales


def test_nothing_recorded_calibrates_nothing(market):
    found = fit(market, {}, Settings(), AS_OF)
    assert (found.purchases, found.cuts, found.scales) == (None, {}, {})


def test_nobody_calibrates_nothing(everything):
    found = fit(facts_table.empty([]), everything, Settings(), AS_OF)
    assert (found.purchases, found.customers, found.scales) == (None, 0, {})


def test_settings_survive_json_and_refuse_what_they_do_not_know():
    settings = Settings(version=3, lapse_days=200)
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    with pytest.raises(ValueError, match="no setting named moon_phase"):
        Settings.from_dict({"moon_phase": 1})
    with pytest.raises(ValueError, match="at least 1"):
        Settings(window_days=0)
