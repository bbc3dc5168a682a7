"""Which questions are asked, and what a form that came back says. Knows no request and no campaign.

A field is named q-<key>, of a matrix q-<key>-<row>. Answers are kept under (key, row); row is '' but for
a matrix.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models.question import CHOICES, SCALES, Kind, Measure, Question

LONGEST_TEXT = 4000
YES_NO = {"1": 1, "0": 0}


@dataclass(frozen=True)
class Given:
    """One answer, cleaned: of a scale (or 1 for yes, 0 for no) `value`, of choices `choices`, else `text`."""

    question: Question
    row: str = ""
    value: int | None = None
    choices: tuple[str, ...] = ()
    text: str = ""

    def fields(self) -> dict[str, Any]:
        """The columns of its `Answer` apart from response and campaign, in words JSON knows."""
        measure, attribute, stage = reading(self.question, self.row)
        scale = self.question.scale
        return {
            "question_id": self.question.pk,
            "key": self.question.key,
            "row": self.row,
            "value": self.value,
            "scale_min": scale[0] if scale else None,
            "scale_max": scale[-1] if scale else None,
            "choices": list(self.choices),
            "text": self.text,
            "measure": measure,
            "attribute": attribute,
            "stage": stage,
        }


Answers = dict[tuple[str, str], Given]
# As browsers send it: a QueryDict, or of a draft a dict of words or lists of words.
Posted = Mapping[str, Any]


class Refused(ValueError):
    """What came back is no answer to the question; says why in a sentence."""


def field_name(key: str, row: str = "") -> str:
    """
    >>> field_name("nps"), field_name("service", "speed")
    ('q-nps', 'q-service-speed')
    """
    return f"q-{key}-{row}" if row else f"q-{key}"


def rows_of(question: Question) -> list[str]:
    """The rows that are answered: those of a matrix, else the one that is ''."""
    return [row["key"] for row in question.rows] if question.kind == Kind.MATRIX else [""]


def reading(question: Question, row: str) -> tuple[str, str, str]:
    """Measure, attribute and journey stage that an answer is a reading of, each '' for none.

    A row of a matrix has its own attribute or stage; one without measures nothing.
    """
    named: dict[str, str] = next((each for each in question.rows if each["key"] == row), {}) if row else {}
    attribute = named.get("attribute") or question.attribute
    stage = named.get("stage") or question.stage
    is_nothing = (question.measure == Measure.ATTRIBUTE and not attribute) or (
        question.measure == Measure.STAGE and not stage
    )
    return ("" if is_nothing else question.measure), attribute, stage


def is_met(condition: Mapping[str, Any], answers: Answers) -> bool:
    """Is a question with this `show_if` shown? {} always; of a matrix one row that fits is enough."""
    if not condition:
        return True
    given = [each for (key, _row), each in answers.items() if key == condition["question"]]
    return any(_fits(each, condition["is"], condition.get("value")) for each in given)


def _fits(given: Given, relation: str, wanted: Any) -> bool:
    if relation == "answered":
        return True
    if relation in ("equals", "includes") and given.question.kind in CHOICES:
        return given.choices == (wanted,) if relation == "equals" else wanted in given.choices
    if given.value is None:
        return False
    compared = {"at_most": given.value <= wanted, "at_least": given.value >= wanted, "equals": given.value == wanted}
    return compared.get(relation, False)


def shown(questions: Iterable[Question], answers: Answers) -> list[Question]:
    """The questions to ask, given what is answered so far."""
    return [question for question in questions if is_met(question.show_if, answers)]


def cleaned(questions: Sequence[Question], data: Posted, language: str | None = None) -> tuple[Answers, dict[str, str]]:
    """What the form says: answers by (key, row), and by field name why one is refused, in `language`.

    `questions` in their order. What hides behind a condition that is not met is dropped and not
    missed. Names that are no field are ignored.
    """
    answers: Answers = {}
    errors: dict[str, str] = {}
    with translation.override(language or translation.get_language()):
        for question in questions:
            if is_met(question.show_if, answers):
                for row in rows_of(question):
                    _take(question, row, data, answers, errors)
    return answers, errors


def _take(question: Question, row: str, data: Posted, answers: Answers, errors: dict[str, str]) -> None:
    name = field_name(question.key, row)
    try:
        given = _read(question, row, values_of(data, name))
    except Refused as refused:
        errors[name] = str(refused)
        return
    if given:
        answers[question.key, row] = given
    elif question.is_required:
        errors[name] = _("Please write something.") if question.kind == Kind.TEXT else _("Please choose an answer.")


def values_of(data: Posted, name: str) -> list[str]:
    """Everything sent under `name`, without what is blank."""
    getlist = getattr(data, "getlist", None)
    found = getlist(name) if getlist else data.get(name, [])
    every = found if isinstance(found, list | tuple) else [found]
    return [value for value in every if isinstance(value, str) and value.strip()]


def _read(question: Question, row: str, values: list[str]) -> Given | None:
    """The answer, or None where there is none; raises Refused."""
    if not values:
        return None
    if question.kind == Kind.TEXT:
        return Given(question, row, text=_text(values[0]))
    if question.kind in CHOICES:
        return Given(question, row, choices=_choices(question, values))
    offered = {str(value): value for value in question.scale} if question.kind in SCALES else YES_NO
    if len(set(values)) > 1:
        raise Refused(_("Please choose one answer only."))
    if values[0] not in offered:
        raise Refused(_("This is none of the answers to choose from."))
    return Given(question, row, value=offered[values[0]])


def _choices(question: Question, values: list[str]) -> tuple[str, ...]:
    """In the order of the questionnaire."""
    offered = [option["key"] for option in question.options]
    if not set(values) <= set(offered):
        raise Refused(_("This is none of the answers to choose from."))
    if question.kind == Kind.SINGLE and len(set(values)) > 1:
        raise Refused(_("Please choose one answer only."))
    return tuple(key for key in offered if key in values)


def _text(value: str) -> str:
    """With the line ends of Unix; what no database can keep is refused."""
    text = value.replace("\r\n", "\n").strip()
    if "\0" in text or (not text.isascii() and _is_broken(text)):
        raise Refused(_("This text contains signs that cannot be kept."))
    if over := max(0, len(text) - LONGEST_TEXT):
        raise Refused(
            ngettext("Please shorten this by %(n)s sign.", "Please shorten this by %(n)s signs.", over) % {"n": over}
        )
    return text


def _is_broken(text: str) -> bool:
    """Halves of characters, as JSON can carry them."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def posted(answers: Iterable[Any]) -> dict[str, list[str]]:
    """The form as it was sent, of `Answer` rows (or of what `Given.fields` says as objects): to change it."""
    form: dict[str, list[str]] = {}
    for answer in answers:
        said = list(answer.choices) or [answer.text if answer.value is None else str(answer.value)]
        form[field_name(answer.key, answer.row)] = said
    return form
