"""Definitions are checked when read, and refused in sentences."""

import json

import numpy as np
import pytest

from scoring.engine.definition import Definition
from scoring.engine.indicators import Fixed, Percentiles
from scoring.engine.text import Refused

PLAIN = {
    "criteria": [
        {
            "id": "risk",
            "name": "Risk",
            "weight": 60,
            "members": [{"indicator": "lapsed"}, {"indicator": "purchase_gap", "weight": 2}],
        },
        {"id": "value", "name": "Value", "weight": 40, "members": [{"indicator": "revenue"}]},
    ]
}


def with_member(**member):
    criterion = {"id": "risk", "name": "Risk", "weight": 100, "members": [member]}
    return {"criteria": [criterion]}


def test_weights_are_shared_within_a_criterion_and_come_in_registry_order():
    flat = Definition.from_dict(PLAIN).flat
    assert [member.indicator for member in flat.members] == ["revenue", "purchase_gap", "lapsed"]
    assert flat.weights == pytest.approx([0.4, 0.4, 0.2])
    assert flat.criteria.tolist() == [1, 0, 0]
    assert (np.diff(flat.places) > 0).all()


def test_what_is_left_out_takes_the_house_rules():
    definition = Definition.from_dict(PLAIN)
    assert [(band.name, band.minimum) for band in definition.bands] == [
        ("A", 85),
        ("B", 70),
        ("C", 55),
        ("D", 40),
        ("E", 0),
    ]
    assert (definition.mean, definition.hysteresis, definition.minimum_coverage) == (
        "arithmetic",
        2,
        0.5,
    )


def test_a_definition_survives_json_unchanged():
    data = PLAIN | {
        "mean": "geometric",
        "hysteresis": 1.5,
        "bands": [{"name": "good", "minimum": 50}, {"name": "bad", "minimum": 0}],
        "knock_outs": [{"indicator": "lapsed", "above": 0.5, "cap": "bad"}],
    }
    definition = Definition.from_dict(data)
    again = Definition.from_dict(json.loads(json.dumps(definition.to_dict())))
    assert again == definition
    assert again.to_dict() == definition.to_dict()


def test_a_model_may_change_a_scale_and_a_policy():
    fixed = Definition.from_dict(with_member(indicator="tenure", scale={"low": 1, "high": 9}, policy="penalise"))
    assert fixed.flat.members[0].used_scale == Fixed(1, 9)
    assert fixed.flat.policies == ("penalise",)
    own = {"percentiles": [10, 90], "by_segment": True}
    calibrated = Definition.from_dict(with_member(indicator="tenure", scale=own))
    assert calibrated.flat.members[0].used_scale == Percentiles(by_segment=True)
    assert Definition.from_dict(calibrated.to_dict()) == calibrated


@pytest.mark.parametrize(
    "data, words",
    [
        ({}, "has no criterion"),
        ({"criteria": []}, "has no criterion"),
        (PLAIN | {"colour": "red"}, "no part named colour"),
        (PLAIN | {"mean": "harmonic"}, "mean must be one of"),
        (PLAIN | {"hysteresis": -1}, "hysteresis must not be negative"),
        (PLAIN | {"minimum_coverage": 2}, "between 0 and 1"),
        (PLAIN | {"bands": []}, "bands must fall"),
        (PLAIN | {"bands": [{"name": "A", "minimum": 10}]}, "begins at 0"),
        (PLAIN | {"bands": [{"name": "insufficient", "minimum": 0}]}, "too little data"),
        (
            PLAIN | {"bands": [{"name": "A", "minimum": 9}, {"name": "A", "minimum": 0}]},
            "same name",
        ),
        (PLAIN | {"knock_outs": [{"indicator": "lapsed", "above": 1, "cap": "Z"}]}, "unknown band"),
        (PLAIN | {"knock_outs": [{"indicator": "charm", "above": 1, "cap": "C"}]}, "named charm"),
        (PLAIN | {"knock_outs": [{"indicator": "lapsed", "cap": "C"}]}, "either above or below"),
        ({"criteria": [PLAIN["criteria"][0]]}, "add up to 60, not to 100"),
        ({"criteria": [PLAIN["criteria"][0]] * 2}, "criterion risk appears more than once"),
        (with_member(indicator="charm"), "no indicator named charm"),
        (with_member(indicator="churn_rate"), "groups only"),
        (with_member(indicator="tenure", weight=0), "must be positive"),
        (with_member(indicator="tenure", policy="guess"), "policy of tenure"),
        (with_member(indicator="tenure", scale={"low": 1, "high": 1}), "two different ends"),
        (with_member(indicator="tenure", scale={"percentiles": [5, 95]}), "percentiles 10 and 90"),
        (with_member(indicator="tenure", scale={"from": 1}), "either low and high"),
        (with_member(), "incomplete"),
        ({"criteria": [{"id": "x", "name": "X", "weight": 100, "members": []}]}, "no indicator"),
        ({"criteria": ["risk"]}, "object with named parts"),
        ({"criteria": [PLAIN["criteria"][0] | {"weight": "much"}]}, "wrong type"),
        ({"criteria": 3}, "criteria must be a list"),
        (PLAIN | {"bands": "ABC"}, "bands must be a list"),
        (PLAIN | {"bands": [{"name": "A", "minimum": "low"}]}, "begins at 0"),
        (PLAIN | {"hysteresis": "much"}, "wrong type"),
        (with_member(indicator="tenure", scale={"low": "x", "high": 1}), "scale needs either"),
        (with_member(indicator="tenure", scale={"percentiles": 10}), "scale needs either"),
        (with_member(indicator="tenure", weight=float("inf")), "positive and finite"),
        (with_member(indicator=["tenure"]), "wrong type"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_with_a_sentence(data, words):
    with pytest.raises(Refused, match=words) as refused:
        Definition.from_dict(data)
    assert str(refused.value).endswith(".")
