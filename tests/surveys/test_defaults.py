"""The questionnaires that are shipped: complete in three languages, loaded once, able to feed every indicator."""

import pytest

from surveys import defaults
from surveys.asking import cleaned, reading, rows_of
from surveys.models import Attribute, Measure, Question, Questionnaire, Stage, Version
from surveys.versions import problems

pytestmark = pytest.mark.django_db
LANGUAGES = {"en", "zh-hans", "zh-hant"}


def test_loading_twice_makes_each_once_and_leaves_edited_ones_alone():
    assert defaults.load() == {"questionnaires": len(defaults.NAMES)}
    Question.objects.filter(version__questionnaire__slug="nps", key="value").delete()
    Questionnaire.objects.filter(slug="nps").update(name="Ours")
    assert defaults.load() == {"questionnaires": 0}
    assert Version.objects.get(questionnaire__name="Ours").questions.count() == 2


def test_they_are_drafts_until_they_are_used():
    defaults.load()
    assert set(Version.objects.values_list("number", "frozen_at")) == {(1, None)}


def test_together_they_measure_everything_that_indicators_read():
    defaults.load()
    readings = {reading(question, row) for question in Question.objects.all() for row in rows_of(question)}
    assert {measure for measure, _attribute, _stage in readings} >= set(Measure.values)
    assert {attribute for measure, attribute, _ in readings if measure == "attribute"} == set(Attribute.values)
    assert {stage for measure, _, stage in readings if measure == "stage"} == set(Stage.values)


def test_every_text_is_there_in_three_languages_and_every_condition_looks_up():
    defaults.load()
    for version in Version.objects.prefetch_related("questions"):
        assert problems(version, version.questions.all()) == []
        for question in version.questions.all():
            assert set(question.text) == LANGUAGES
            question.full_clean(exclude=["version"])


def test_no_shipped_questionnaire_refuses_its_own_answers():
    defaults.load()
    for version in Version.objects.prefetch_related("questions"):
        questions = list(version.questions.all())
        _answers, errors = cleaned(questions, {})
        shown = [question for question in questions if question.is_required and not question.show_if]
        assert len({name.split("-")[1] for name in errors}) == len(shown)
