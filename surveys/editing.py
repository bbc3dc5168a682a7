"""Editing the questions of a draft: add, copy, move, delete, put back. Conditions never break on the way."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .models import Kind, Measure, Question, Version
from .models.question import CHOICES, SCALES
from .versions import NotPossible, fields_of

SCALE_OF = {Kind.RECOMMENDATION: 10, Kind.EFFORT: 7, Kind.SATISFACTION: 5, Kind.MATRIX: 5}
MEASURE_OF = {
    Kind.RECOMMENDATION: Measure.RECOMMENDATION, Kind.EFFORT: Measure.EFFORT, Kind.SATISFACTION: Measure.SATISFACTION,
}  # fmt: skip
LONGEST_KEY = 40
MOST_QUESTIONS = 100


def locked(version: Version) -> list[Question]:
    """The draft's questions in order, for this transaction alone; raises NotPossible once it is frozen."""
    if not Version.objects.select_for_update().filter(pk=version.pk, frozen_at=None).exists():
        raise NotPossible(_("This version is in use by now and no longer changes. Edit the next one."))
    return list(version.questions.order_by("position"))


def fresh_key(base: str, taken: set[str]) -> str:
    """`base`, or with the first number that is free.

    >>> fresh_key("nps", set()), fresh_key("nps", {"nps"}), fresh_key("nps_2", {"nps", "nps_2"})
    ('nps', 'nps_2', 'nps_2_2')
    """
    short = base[: LONGEST_KEY - 4]
    numbered = (f"{short}_{number}" for number in range(2, 1000))
    return next(each for each in (short, *numbered) if each not in taken)


@transaction.atomic
def add(version: Version, kind: Kind) -> Question:
    """An empty question at the end, measuring what its kind usually measures."""
    return _insert(
        version,
        {"key": kind.value, "kind": kind, "scale_max": SCALE_OF.get(kind), "measure": MEASURE_OF.get(kind, "")},
    )


@transaction.atomic
def duplicate(question: Question) -> Question:
    """A copy below it under a key of its own."""
    return _insert(question.version, fields_of(question), question.position + 1)


@transaction.atomic
def restore(version: Version, fields: Mapping[str, Any], position: int) -> Question:
    """A deleted question again, where it was; under its own key unless that was taken meanwhile."""
    above = {each.key for each in locked(version) if each.position < position}
    condition = fields["show_if"] if fields["show_if"] and fields["show_if"]["question"] in above else {}
    return _insert(version, {**fields, "show_if": condition}, position, is_new=False)


def _insert(version: Version, fields: Mapping[str, Any], position: int | None = None, is_new: bool = True) -> Question:
    questions = locked(version)
    if len(questions) >= MOST_QUESTIONS:
        raise NotPossible(_("A questionnaire has at most %(most)s questions.") % {"most": MOST_QUESTIONS})
    place = len(questions) + 1 if position is None else min(position, len(questions) + 1)
    _number([*questions[: place - 1], None, *questions[place - 1 :]])
    key = str(fields["key"])
    taken = {each.key for each in questions}
    if is_new:
        # Results join versions by key: what an earlier version asked under it is another question.
        taken |= set(
            Question.objects.filter(version__questionnaire=version.questionnaire_id).values_list("key", flat=True)
        )
    return Question.objects.create(version=version, position=place, **{**fields, "key": fresh_key(key, taken)})


@transaction.atomic
def move(question: Question, place: int) -> None:
    """To the `place` counted from 1, the ends at most. Raises NotPossible where a condition would look down."""
    questions = [each for each in locked(question.version) if each.pk != question.pk]
    place = max(1, min(place, len(questions) + 1))
    order = [*questions[: place - 1], question, *questions[place - 1 :]]
    above: set[str] = set()
    for each in order:
        if each.show_if and each.show_if["question"] not in above:
            raise NotPossible(
                _("“%(question)s” depends on an answer and must stay below that question.") % {"question": each}
            )
        above.add(each.key)
    _number(order)


@transaction.atomic
def delete(question: Question) -> None:
    """Raises NotPossible while another question depends on it."""
    questions = locked(question.version)
    if follower := next((each for each in questions if each.show_if.get("question") == question.key), None):
        raise NotPossible(
            _("“%(question)s” is shown depending on this one. Change that first.") % {"question": follower}
        )
    Question.objects.filter(pk=question.pk).delete()
    _number([each for each in questions if each.pk != question.pk])


def _number(questions: Sequence[Question | None]) -> None:
    """Places in this order; None keeps one free. Two may hold one place until the transaction ends."""
    moved = []
    for place, question in enumerate(questions, 1):
        if question and question.position != place:
            question.position = place
            moved.append(question)
    Question.objects.bulk_update(moved, ["position"])


def relations(question: Question) -> list[str]:
    """What a condition can say about this question's answer."""
    if question.kind in SCALES:
        return ["at_most", "at_least", "equals", "answered"]
    if question.kind == Kind.MULTIPLE:
        return ["includes", "answered"]
    return ["answered"] if question.kind == Kind.TEXT else ["equals", "answered"]


def values(question: Question) -> list[int | str]:
    """What its answer can be compared with."""
    if question.kind in CHOICES:
        return [option["key"] for option in question.options]
    return [1, 0] if question.kind == Kind.YES_NO else list(question.scale)
