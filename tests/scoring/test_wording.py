"""What the engine says in English is said to the reader in the reader's words."""

import pytest
from django.utils.translation import override

from crmquality import translating
from crmquality.lib.text import enumerated
from scoring.engine.definition import MEANS, Definition, Member
from scoring.engine.indicators import BY_ID
from scoring.engine.text import Refused
from scoring.wording import refusal_in_words, value_in_words


def refusal(data: dict[str, object]) -> Refused:
    with pytest.raises(Refused) as raised:
        Definition.from_dict(data)
    return raised.value


def with_member(**member: object) -> dict[str, object]:
    return {"criteria": [{"id": "risk", "name": "Risk", "weight": 100, "members": [member]}]}


def test_a_refusal_calls_an_indicator_by_its_name_and_not_by_its_id():
    refused = refusal(with_member(indicator="purchase_gap", weight=0))
    assert str(refused) == "The weight of purchase_gap must be positive and finite."
    assert refusal_in_words(refused) == "The weight of Overdue purchase must be positive and finite."


def test_what_somebody_wrote_is_repeated_as_written():
    assert "named charm" in refusal_in_words(refusal(with_member(indicator="charm")))
    colours = refusal({"colour": "red", "shape": "round"})
    assert refusal_in_words(colours) == "The definition has no part named colour, shape."
    # A word that happens to have a translation stays what was written too.
    assert "named Risk." in refusal_in_words(refusal({"Risk": 1}))


def test_choices_are_named():
    assert refusal_in_words(refusal({"criteria": [], "mean": "harmonic"})) == (
        f"The mean must be one of {enumerated(MEANS)}."
    )


def test_every_sentence_of_a_definition_is_among_the_strings_to_translate():
    """So that a translation reaches the reader: what is raised and what was extracted are the same."""
    strings = {message.id for message in translating.extract()}
    for wrong in (
        {},
        {"criteria": 3},
        {"criteria": ["risk"]},
        with_member(),
        with_member(indicator="charm"),
        with_member(indicator="tenure", policy="guess"),
        {"criteria": [{"id": "x", "name": "X", "weight": 100, "members": []}]},
    ):
        refused = refusal(wrong)
        assert refused.sentence in strings
        assert refused.given.get("what", "A criterion") in strings


def test_a_refusal_is_told_in_the_readers_language():
    with override("zh-hans"):
        refused = Refused("%(what)s must be an object with named parts.", what="Recommendation")
        assert "推荐" in refusal_in_words(refused)
        refused = Refused("There is no indicator named %(indicator)s.", indicator="recommendation")
        assert "ecommendation" not in refusal_in_words(refused)


def test_a_member_of_its_own_is_refused_too():
    with pytest.raises(Refused):
        Member("tenure", weight=-1)


@pytest.mark.parametrize(
    "years, said", [(1, "1 year"), (1.04, "1 year"), (1.5, "1.5 years"), (0, "0 years"), (2, "2 years")]
)
def test_one_year_is_not_many(years, said):
    assert value_in_words(BY_ID["tenure"], years, "GBP") == said
