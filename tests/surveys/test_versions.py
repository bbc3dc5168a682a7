"""Versions follow each other: used ones stay, a draft is a copy with the same keys."""

import pytest
from django.db import DatabaseError, transaction

from surveys import editing, versions
from surveys.models import Campaign, Kind, Question, Questionnaire, Version
from surveys.versions import Change, NotPossible
from tests.surveys.conftest import NOW


def keys(version):
    return list(version.questions.order_by("position").values_list("key", flat=True))


def question(version, key):
    return version.questions.get(key=key)


def test_the_draft_of_a_used_version_is_a_copy_with_the_same_keys_and_there_is_one(version):
    version.freeze(NOW)
    draft = versions.draft_from(version)
    assert (draft.number, draft.frozen_at, keys(draft)) == (2, None, ["nps", "why", "overall"])
    assert draft.title == version.title
    assert versions.draft_from(version) == draft


def test_history_says_what_a_version_changed(version):
    version.freeze(NOW)
    draft = versions.draft_from(version)
    editing.delete(question(draft, "why"))
    editing.move(question(draft, "overall"), 1)
    Question.objects.filter(version=draft, key="nps").update(is_required=False)
    editing.add(draft, Kind.YES_NO)
    found = versions.changes(list(version.questions.all()), list(draft.questions.order_by("position")))
    assert found == [
        Change("changed", "How likely are you to recommend us?"),
        Change("added", "yes_no"),
        Change("removed", "Why?"),
    ]


def test_moving_one_up_is_told_as_one_move(version):
    before = list(version.questions.order_by("position"))
    assert [each.what for each in versions.changes(before, [before[2], before[0], before[1]])] == ["moved"]


def test_a_draft_can_be_discarded_a_used_version_never(version):
    version.freeze(NOW)
    assert versions.discard(versions.draft_from(version)) is False
    with pytest.raises(NotPossible):
        versions.discard(version)
    assert list(Version.objects.all()) == [version]


def test_discarding_the_only_draft_takes_the_questionnaire_along(version):
    assert versions.discard(version) is True
    assert not Questionnaire.objects.exists()


def test_a_draft_that_a_campaign_is_planned_with_stays(version):
    Campaign.objects.create(name="Spring", version=version)
    with pytest.raises(NotPossible, match="campaign"):
        versions.discard(version)
    assert Version.objects.exists()


def test_a_copy_is_a_questionnaire_of_its_own(version):
    version.freeze(NOW)
    copy = versions.duplicate(version)
    assert (copy.slug, copy.name, keys(copy.versions.get())) == ("nps-2", "NPS (copy)", keys(version))
    assert copy.versions.get().frozen_at is None
    assert versions.create("New", "", "new").slug == "new-2"


def test_what_keeps_a_version_from_being_used_is_said_and_freezing_refused(version):
    empty = versions.create("Empty", "", "empty").versions.get()
    assert versions.problems(empty, []) == ["It has no title.", "It has no questions."]
    editing.add(version, Kind.SINGLE)
    Question.objects.filter(version=version, key="single").update(text={"en": "Which?"})
    with pytest.raises(NotPossible, match="Question 4: it needs at least two choices"):
        versions.freeze(version, NOW)
    editing.delete(question(version, "single"))
    versions.freeze(version, NOW)
    assert version.frozen_at == NOW


def test_a_used_version_refuses_every_edit(version):
    nps = question(version, "nps")
    version.freeze(NOW)
    for edit in (lambda: editing.add(version, Kind.TEXT), lambda: editing.move(nps, 2), lambda: editing.delete(nps)):
        with pytest.raises(NotPossible, match="no longer changes"):
            edit()
    with pytest.raises(DatabaseError), transaction.atomic():
        nps.save()


def test_questions_move_and_are_copied(version):
    editing.move(question(version, "overall"), 1)
    assert keys(version) == ["overall", "nps", "why"]
    editing.move(question(version, "overall"), 99)
    assert keys(version) == ["nps", "why", "overall"]
    editing.duplicate(question(version, "nps"))
    assert keys(version) == ["nps", "nps_2", "why", "overall"]
    assert list(version.questions.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_conditions_never_break_on_the_way(version):
    Question.objects.filter(version=version, key="why").update(show_if={"question": "nps", "is": "at_most", "value": 6})
    with pytest.raises(NotPossible, match="must stay below"):
        editing.move(question(version, "why"), 1)
    with pytest.raises(NotPossible, match="Change that first"):
        editing.delete(question(version, "nps"))
    assert keys(version) == ["nps", "why", "overall"]


def test_a_deleted_question_comes_back_where_it_was(version):
    why = question(version, "why")
    editing.delete(why)
    editing.restore(version, versions.fields_of(why), why.position)
    assert keys(version) == ["nps", "why", "overall"]


def test_a_new_question_never_takes_the_id_of_an_old_one(version):
    version.freeze(NOW)
    draft = versions.draft_from(version)
    editing.delete(question(draft, "nps"))
    assert editing.add(draft, Kind.RECOMMENDATION).key == "nps_2"


def test_minutes_and_missing_languages(version):
    assert versions.minutes(version.questions.all()) == 1
    assert versions.minutes([Question(kind="text", is_required=True)] * 10) == 7
    assert versions.missing_in(question(version, "nps")) == ["zh-hant"]
