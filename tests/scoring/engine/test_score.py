"""Scores and bands of a shard, the same to the last bit in any company."""

import math

import numpy as np
import pytest

from scoring.engine import bands
from scoring.engine.definition import Definition
from scoring.engine.indicators import REGISTRY, index_of
from scoring.engine.measure import measure
from scoring.engine.score import score_shard
from scoring.engine.settings import Settings
from scoring.presets import BY_SLUG

TENURE = {
    "criteria": [{"id": "all", "name": "All", "weight": 100, "members": [{"indicator": "tenure"}]}],
}
ONE = Definition.from_dict(TENURE)


def banded(score, previous=None, coverage=1.0, definition=ONE):
    given = None if previous is None else [previous]
    return bands.assign(np.array([score]), np.array([coverage]), definition, previous=given)[0]


@pytest.mark.parametrize(
    "score, band",
    [(100, "A"), (85, "A"), (84.999, "B"), (70, "B"), (55, "C"), (40, "D"), (39.9, "E"), (0, "E")],
)
def test_a_band_begins_at_its_minimum(score, band):
    assert banded(score) == band


def test_a_rounding_error_costs_nobody_a_band():
    assert banded(84.99999999999999) == "A"


@pytest.mark.parametrize(
    "score, previous, band",
    [
        (84, "A", "A"),
        (83, "A", "A"),
        (82.99, "A", "B"),
        (86, "B", "B"),
        (87, "B", "A"),
        (69, "B", "B"),
        (60, "A", "C"),
        (90, "E", "A"),
        (86, "insufficient", "A"),
        (86, None, "A"),
        (86, "Q", "A"),
    ],
)
def test_a_band_holds_for_two_points_against_flicker(score, previous, band):
    assert banded(score, previous) == band


def test_too_little_coverage_is_insufficient_whatever_the_number():
    assert banded(99, coverage=0.4999) == "insufficient"
    assert banded(99, coverage=0.5) == "A"
    assert banded(99, coverage=0.49999999999999994) == "A"
    assert banded(math.nan, coverage=0.0) == "insufficient"


@pytest.mark.parametrize(
    "rule, lapsed, band",
    [
        ({"above": 0.5}, 1.0, "C"),
        ({"above": 1.0}, 1.0, "A"),
        ({"above": 0.5}, np.nan, "A"),
        ({"below": 0.5}, 0.0, "C"),
        ({"below": 0.5}, 1.0, "A"),
    ],
)
def test_a_knock_out_caps_the_band_and_never_the_score(calibration, rule, lapsed, band):
    readings = np.full((1, len(REGISTRY)), np.nan, dtype=np.float32)
    readings[0, index_of("tenure")] = 5
    readings[0, index_of("lapsed")] = lapsed
    definition = Definition.from_dict(TENURE | {"knock_outs": [{"indicator": "lapsed", "cap": "C", **rule}]})
    columns = score_shard(readings, [""], definition, calibration)
    assert (columns.score[0], columns.band[0]) == (100, band)


def test_a_knock_out_never_lifts_a_band(calibration):
    readings = np.full((1, len(REGISTRY)), np.nan, dtype=np.float32)
    readings[0, index_of("tenure")] = 0
    definition = Definition.from_dict(TENURE | {"knock_outs": [{"indicator": "tenure", "cap": "C", "below": 1}]})
    assert score_shard(readings, [""], definition, calibration).band[0] == "E"


def every_policy():
    data = BY_SLUG["orders"].definition.to_dict()
    words = ("neutral", "penalise", "exclude")
    members = [member for criterion in data["criteria"] for member in criterion["members"]]
    for number, member in enumerate(members):
        member["policy"] = words[number % 3]
    return data


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
def test_one_row_and_any_batch_score_the_same_bits(market, calibration, everything, mean):
    definition = Definition.from_dict(every_policy() | {"mean": mean})
    readings = measure(market, everything, Settings(), calibration).values
    segments = market["segment"].to_numpy()
    before = np.random.default_rng(3).choice(["A", "B", "C", None], len(market))
    whole = score_shard(readings, segments, definition, calibration, before)
    rng = np.random.default_rng(5)
    for size in (1, 1, 1, 2, 3, 7, 8, 9, 64, 333):
        rows = rng.choice(len(market), size, replace=False)
        part = score_shard(readings[rows], segments[rows], definition, calibration, before[rows])
        for name in ("score", "coverage", "low", "high"):
            assert getattr(part, name).tobytes() == getattr(whole, name)[rows].tobytes()
        assert (part.band == whole.band[rows]).all()


def test_the_orders_preset_scores_this_market(market, calibration, everything):
    readings = measure(market, everything, Settings(), calibration).values
    columns = score_shard(readings, market["segment"], BY_SLUG["orders"].definition, calibration)
    ordered = (market["order_count"] > 0).to_numpy()
    assert (columns.band[~ordered] == "insufficient").all()
    assert (columns.band[ordered] != "insufficient").mean() > 0.9
    assert {"A", "B", "C", "D", "E"} <= set(columns.band)
