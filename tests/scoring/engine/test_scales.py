"""Points: linear between the ends, clamped outside, from the calibration where it says so."""

import math
from dataclasses import replace

import numpy as np
import pytest

from scoring.engine.calibration import CalibratedScale
from scoring.engine.definition import Definition
from scoring.engine.indicators import REGISTRY, index_of
from scoring.engine.scales import linear, neutral_points, points


def model(*indicators, **more):
    members = [{"indicator": name, **more} for name in indicators]
    return Definition.from_dict({"criteria": [{"id": "all", "name": "All", "weight": 100, "members": members}]})


def rows(**readings):
    size = len(next(iter(readings.values())))
    made = np.full((size, len(REGISTRY)), np.nan, dtype=np.float32)
    for name, values in readings.items():
        made[:, index_of(name)] = values
    return made


def test_points_are_linear_between_the_ends_and_clamped_outside():
    assert linear([-1, 0, 1, 5, 9], 0, 5).tolist() == [0, 0, 20, 100, 100]
    assert linear([9, 4, 1, 0, -3], 4, 0).tolist() == [0, 0, 75, 100, 100]


def test_no_reading_has_no_points(calibration):
    found = points(rows(tenure=[2.5, np.nan]), ["", ""], model("tenure"), calibration)
    assert found[0, 0] == 50
    assert math.isnan(found[1, 0])


def test_a_segment_with_its_own_percentiles_uses_them_and_others_the_base(calibration):
    scale = CalibratedScale(n=99, median=5, low=0.0, high=10.0, segments={"key": (0.0, 100.0)})
    fitted = replace(calibration, scales={"revenue": scale, "lifetime_revenue": scale})
    readings = rows(revenue=[5, 5, 5], lifetime_revenue=[5, 5, 5])
    found = points(readings, ["key", "other", None], model("revenue", "lifetime_revenue"), fitted)
    assert found[:, 0].tolist() == [5, 50, 50]
    # Lifetime revenue is scaled by the whole base for every segment.
    assert found[:, 1].tolist() == [50, 50, 50]


@pytest.mark.parametrize("scales", [{}, {"revenue": CalibratedScale(n=9, median=5)}])
def test_without_a_calibrated_scale_there_are_no_points(calibration, scales):
    fitted = replace(calibration, scales=scales)
    assert np.isnan(points(rows(revenue=[5]), ["key"], model("revenue"), fitted)).all()


def test_a_models_own_scale_wins(calibration):
    own = model("revenue", scale={"low": 100, "high": 0})
    assert points(rows(revenue=[25]), [""], own, calibration)[0, 0] == 75


def test_neutral_points_are_those_of_the_calibrated_median(calibration):
    scale = CalibratedScale(n=99, median=2.0)
    fitted = replace(calibration, scales={"tenure": scale})
    found = neutral_points(["a", "b"], model("tenure", "lapsed"), fitted)
    assert found[:, 0].tolist() == [40, 40]
    assert np.isnan(found[:, 1]).all()
