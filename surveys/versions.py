"""Versions of a questionnaire: the next draft, what keeps it from being used, what changed since the last."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from .models import Kind, Question, Questionnaire, Version
from .models.question import CHOICES
from .models.questionnaire import said

# Seconds a question takes, a rule of thumb of ours: the page says "about", and staff may overrule it.
SECONDS = {
    Kind.RECOMMENDATION: 12, Kind.SATISFACTION: 8, Kind.EFFORT: 10, Kind.MATRIX: 7, Kind.SINGLE: 12,
    Kind.MULTIPLE: 18, Kind.TEXT: 35, Kind.YES_NO: 7,
}  # fmt: skip
SECONDS_TO_BEGIN = 15
QUESTION_TEXTS = ("text", "help", "low_label", "high_label")
QUESTION_FIELDS = (
    "key", "kind", *QUESTION_TEXTS, "is_required", "scale_max", "look", "options", "rows", "show_if", "measure",
    "attribute", "stage",
)  # fmt: skip
VERSION_FIELDS = ("title", "intro", "thanks", "minutes", "offers_call")
LONGEST_SLUG = 50


class NotPossible(Exception):
    """Says why in a sentence."""


def fields_of(question: Question) -> dict[str, object]:
    """What a question is, apart from its version and place; JSON knows every value."""
    return {name: getattr(question, name) for name in QUESTION_FIELDS}


_frozen: dict[int, Version] = {}


def version_asked(key: int) -> Version:
    """The version with its questions; a frozen one, which nothing can change, is read once a process."""
    if key not in _frozen:
        version = Version.objects.prefetch_related("questions").get(pk=key)
        if version.frozen_at is None:
            return version
        _frozen[key] = version
    return _frozen[key]


@transaction.atomic
def draft_from(version: Version) -> Version:
    """The questionnaire's draft: the one there is, else the next version as a copy of this one, same keys."""
    questionnaire = Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
    if draft := questionnaire.versions.filter(frozen_at=None).first():
        return draft
    newest = questionnaire.versions.order_by("-number").values_list("number", flat=True)[0]
    return _copy(version, questionnaire, newest + 1)


@transaction.atomic
def duplicate(version: Version) -> Questionnaire:
    """A questionnaire of its own whose first draft is a copy of this version."""
    name = _("%(name)s (copy)") % {"name": _(version.questionnaire.name)}
    copy = create(name, version.questionnaire.purpose and _(version.questionnaire.purpose), version.questionnaire.slug)
    copy.versions.all().delete()
    _copy(version, copy, 1)
    return copy


@transaction.atomic
def create(name: str, purpose: str, short_name: str) -> Questionnaire:
    """A questionnaire with an empty draft; the short name gets a number where it is taken."""
    base = short_name[: LONGEST_SLUG - 4] or "survey"
    # "new" is the address of the form for a new one.
    taken = {"new", *Questionnaire.objects.filter(slug__startswith=base).values_list("slug", flat=True)}
    slug = next(each for each in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if each not in taken)
    made = Questionnaire.objects.create(slug=slug, name=name[:200], purpose=purpose)
    Version.objects.create(questionnaire=made, number=1)
    return made


def _copy(version: Version, questionnaire: Questionnaire, number: int) -> Version:
    fields = {name: getattr(version, name) for name in VERSION_FIELDS}
    copy = Version.objects.create(questionnaire=questionnaire, number=number, **fields)
    Question.objects.bulk_create(
        Question(version=copy, position=question.position, **fields_of(question))
        for question in version.questions.all()
    )
    return copy


@transaction.atomic
def discard(version: Version) -> bool:
    """Throw a draft away, with the questionnaire when there is nothing else of it; was it that?

    Raises NotPossible for a frozen one and for one that a campaign is planned with.
    """
    draft = Version.objects.select_for_update().get(pk=version.pk)
    if draft.frozen_at:
        raise NotPossible(_("This version has been used and stays."))
    is_only = draft.questionnaire.versions.count() == 1
    try:
        (draft.questionnaire if is_only else draft).delete()
    except ProtectedError:
        raise NotPossible(_("A campaign is planned with this version. Change or delete the campaign first.")) from None
    return is_only


def freeze(version: Version, now: dt.datetime) -> None:
    """Frozen for good, as when a campaign starts. Raises NotPossible while something keeps it from being used."""
    if found := problems(version, version.questions.all()):
        raise NotPossible(found[0])
    version.freeze(now)


def problems(version: Version, questions: Iterable[Question]) -> list[str]:
    """What must be mended before anybody is asked, in sentences; [] when it is ready."""
    every = list(questions)
    found = [] if said(version.title) else [_("It has no title.")]
    if not every:
        found.append(_("It has no questions."))
    above: set[str] = set()
    for place, question in enumerate(every, 1):
        if sentence := _problem(question, above):
            found.append(_("Question %(n)s: %(problem)s") % {"n": place, "problem": sentence})
        above.add(question.key)
    return found


def _problem(question: Question, above: set[str]) -> str:
    """'' if it can be asked."""
    if not said(question.text):
        return _("it says nothing yet.")
    if question.kind in CHOICES and len(question.options) < 2:
        return _("it needs at least two choices.")
    if question.kind == Kind.MATRIX and not question.rows:
        return _("it needs at least one row.")
    if question.show_if and question.show_if["question"] not in above:
        return _("what it depends on does not stand above it.")
    return ""


def minutes(questions: Iterable[Question]) -> int:
    """About how many minutes it takes, at least 1. A question behind a condition counts half."""
    seconds = float(SECONDS_TO_BEGIN)
    for question in questions:
        each = SECONDS[Kind(question.kind)] * (len(question.rows) if question.kind == Kind.MATRIX else 1)
        is_often_skipped = question.show_if or (question.kind == Kind.TEXT and not question.is_required)
        seconds += each / 2 if is_often_skipped else each
    return max(1, math.ceil(seconds / 60))


def missing(texts: dict[str, str]) -> list[str]:
    """The languages in which a text is missing that another has; [] where nobody says anything.

    >>> missing({"en": "Price", "zh-hans": ""})
    ['zh-hans', 'zh-hant']
    """
    if not any(texts.values()):
        return []
    return [code for code, _name in settings.LANGUAGES if not texts.get(code)]


def missing_in(question: Question) -> list[str]:
    """The languages in which some text of the question is missing, in the order of the languages."""
    texts = [getattr(question, name) for name in QUESTION_TEXTS]
    texts += [each["text"] for each in (*question.options, *question.rows)]
    lacking = {code for each in texts for code in missing(each)}
    return [code for code, _name in settings.LANGUAGES if code in lacking]


@dataclass(frozen=True)
class Change:
    """What happened to one question from one version to the next: added, removed, changed or moved."""

    what: str
    text: str


def changes(before: Sequence[Question], after: Sequence[Question]) -> list[Change]:
    """What the later version asks differently, in its order, what is gone last."""
    old = {question.key: question for question in before}
    kept = [question.key for question in after if question.key in old]
    moved = _moved([question.key for question in before if question.key in set(kept)], kept)
    found = []
    for question in after:
        if question.key not in old:
            found.append(Change("added", str(question)))
        elif fields_of(question) != fields_of(old[question.key]):
            found.append(Change("changed", str(question)))
        elif question.key in moved:
            found.append(Change("moved", str(question)))
    gone = set(old) - set(kept)
    return found + [Change("removed", str(question)) for question in before if question.key in gone]


def _moved(before: list[str], after: list[str]) -> set[str]:
    """The fewest keys that must be moved to get from one order to the other: all but a longest common run."""
    place = {key: number for number, key in enumerate(before)}
    # best[i]: a longest rising run of places that ends with after[i].
    best: list[list[str]] = []
    for key in after:
        fitting = [run for run in best if place[run[-1]] < place[key]]
        best.append([*max(fitting, key=len, default=[]), key])
    longest: list[str] = max(best, key=len, default=[])
    return set(after) - set(longest)
