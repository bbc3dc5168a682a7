"""Which questions are shown, and what a form that came back says."""

import json

import pytest
from django.http import QueryDict

from surveys.asking import LONGEST_TEXT, cleaned, posted, shown
from surveys.drawing import drawn
from surveys.models import Question

NPS = Question(pk=1, key="nps", position=1, kind="nps", scale_max=10, is_required=True, measure="recommendation")
WHY = Question(
    pk=2, key="why", position=2, kind="text", is_required=True, show_if={"question": "nps", "is": "at_most", "value": 6}
)
MORE = Question(pk=3, key="more", position=3, kind="yes_no", show_if={"question": "why", "is": "answered"})
PARTS = Question(
    pk=4, key="parts", position=4, kind="matrix", scale_max=5, measure="attribute",
    rows=[
        {"key": "price", "text": {"en": "Price"}, "attribute": "price"},
        {"key": "colour", "text": {"en": "Colour"}},
    ],
)  # fmt: skip
ONE = Question(pk=5, key="one", position=5, kind="single", options=[{"key": k, "text": {"en": k}} for k in "abc"])
ANY = Question(pk=6, key="any", position=6, kind="multiple", options=[{"key": k, "text": {"en": k}} for k in "abc"])
ALL = [NPS, WHY, MORE, PARTS, ONE, ANY]


def test_every_kind_is_cleaned_to_one_answer_a_field():
    data = QueryDict("q-nps=3&q-why=Late%0D%0Aagain&q-more=0&q-parts-price=4&q-one=b&q-any=c&q-any=a&else=1")
    answers, errors = cleaned(ALL, data)
    assert not errors
    assert {key: (given.value, given.choices, given.text) for key, given in answers.items()} == {
        ("nps", ""): (3, (), ""),
        ("why", ""): (None, (), "Late\nagain"),
        ("more", ""): (0, (), ""),
        ("parts", "price"): (4, (), ""),
        ("one", ""): (None, ("b",), ""),
        ("any", ""): (None, ("a", "c"), ""),
    }


def test_answers_that_a_condition_hides_are_dropped_and_not_missed():
    answers, errors = cleaned(ALL, {"q-nps": "9", "q-why": "left over", "q-more": "1"})
    assert set(answers) == {("nps", "")} and not errors
    assert [each.key for each in shown(ALL, answers)] == ["nps", "parts", "one", "any"]


def test_a_shown_required_question_is_missed():
    _answers, errors = cleaned(ALL, {"q-nps": "0", "q-why": "   "}, "en")
    assert errors == {"q-why": "Please write something."}
    assert cleaned(ALL, {}, "en")[1] == {"q-nps": "Please choose an answer."}


@pytest.mark.parametrize(
    "condition, is_shown",
    [
        ({"question": "nps", "is": "at_least", "value": 3}, True),
        ({"question": "nps", "is": "equals", "value": 4}, False),
        ({"question": "one", "is": "equals", "value": "b"}, True),
        ({"question": "any", "is": "includes", "value": "c"}, True),
        ({"question": "any", "is": "equals", "value": "c"}, False),
        ({"question": "any", "is": "at_most", "value": 3}, False),
        ({"question": "parts", "is": "at_most", "value": 2}, True),
        ({"question": "nowhere", "is": "answered"}, False),
    ],
)
def test_conditions(condition, is_shown):
    data = {"q-nps": "3", "q-why": "x", "q-one": "b", "q-any": ["a", "c"], "q-parts-price": "2", "q-parts-colour": "5"}
    answers, _errors = cleaned(ALL, data)
    asked = Question(key="last", kind="text", show_if=condition)
    assert shown([asked], answers) == ([asked] if is_shown else [])


@pytest.mark.parametrize(
    "name, value",
    [
        ("q-nps", "11"), ("q-nps", "-1"), ("q-nps", "３"), ("q-nps", "1e1"), ("q-nps", ["1", "2"]), ("q-nps", "\0"),
        ("q-parts-price", "0"), ("q-parts-price", "6"), ("q-one", "z"), ("q-one", ["a", "b"]), ("q-any", ["a", "z"]),
        ("q-why", "a\0b"), ("q-why", "half \ud83d"), ("q-why", "x" * (LONGEST_TEXT + 1)),
    ],
)  # fmt: skip
def test_hostile_input_is_refused_at_its_field(name, value):
    answers, errors = cleaned(ALL, {"q-nps": "3", "q-why": "x", name: value})
    assert name in errors
    assert name not in {f"q-{key}" for key, _row in answers}


@pytest.mark.parametrize("value", [7, None, {"a": 1}, [3], [None]])
def test_what_is_no_text_is_no_answer(value):
    assert cleaned([ONE], {"q-one": value}) == ({}, {})


def test_an_answer_knows_what_it_measures():
    answers, _errors = cleaned(ALL, {"q-nps": "9", "q-parts-price": "4", "q-parts-colour": "2"})
    price = answers["parts", "price"].fields()
    assert (price["measure"], price["attribute"], price["scale_min"], price["scale_max"]) == (
        "attribute",
        "price",
        1,
        5,
    )
    assert answers["parts", "colour"].fields()["measure"] == ""
    assert answers["nps", ""].fields()["scale_min"] == 0
    json.dumps([given.fields() for given in answers.values()])


def test_refusals_are_in_the_language_of_the_form():
    assert cleaned([NPS], {}, "zh-hans")[1] != {} and cleaned([NPS], {}, "en")[1] == {
        "q-nps": "Please choose an answer."
    }


def test_answers_become_the_form_again():
    data = {"q-nps": ["3"], "q-why": ["x"], "q-any": ["a", "c"], "q-parts-price": ["2"]}

    class Kept:
        def __init__(self, fields):
            self.__dict__.update(fields)

    answers, _errors = cleaned(ALL, data)
    assert posted(Kept(given.fields()) for given in answers.values()) == data


def test_a_drawn_question_keeps_what_was_chosen_and_says_what_is_wrong():
    asked = drawn(ALL, {"q-nps": "3", "q-any": ["a"]}, {"q-why": "Please write something."}, "en")
    assert [option.value for option in asked[0].rows[0].options if option.is_chosen] == ["3"]
    assert asked[1].error and asked[1].condition and not asked[1].is_checked_by_browser
    assert [row.label for row in asked[3].rows] == ["Price", "Colour"]
    assert [each.look for each in asked] == ["scale", "text", "choices", "scale", "choices", "several"]
