"""A question as its page draws it, in one language: for templates/surveys/_question.html."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .asking import LONGEST_TEXT, Posted, field_name, rows_of, values_of
from .models.question import CHOICES, Kind, Look, Question
from .models.questionnaire import said


@dataclass(frozen=True)
class Option:
    """One thing to choose. `spoken` is what a screen reader says after the label."""

    id: str
    value: str
    label: str
    is_chosen: bool
    spoken: str = ""
    # The mouth of a smiley, as a path in a square of 24.
    mouth: str = ""


@dataclass(frozen=True)
class Row:
    """One field: the whole question, or one row of a matrix with its own label."""

    name: str
    id: str
    label: str = ""
    options: list[Option] = field(default_factory=list)
    text: str = ""
    error: str = ""


@dataclass(frozen=True)
class Asked:
    """`look`: scale, choices, several (choices) or text. `number` counts what is on the page from 1."""

    question: Question
    number: int
    look: str
    text: str
    help: str
    low: str
    high: str
    rows: list[Row]

    # An unconditional question may be checked by the browser; a hidden one would block the form unseen.
    @property
    def is_checked_by_browser(self) -> bool:
        return self.question.is_required and not self.question.show_if

    @property
    def condition(self) -> str:
        """For a script that shows and hides while one answers: `show_if` as JSON, '' if always shown."""
        return json.dumps(self.question.show_if) if self.question.show_if else ""

    @property
    def steps(self) -> int:
        return len(self.question.scale)

    @property
    def longest(self) -> int:
        return LONGEST_TEXT

    @property
    def error(self) -> str:
        """The first refusal, '' for none."""
        return next((row.error for row in self.rows if row.error), "")


def drawn(
    questions: Iterable[Question],
    data: Posted | None = None,
    errors: Mapping[str, str] | None = None,
    language: str | None = None,
    first: int = 1,
) -> list[Asked]:
    """The questions ready to be drawn, with what was chosen (`data`) and refused (`errors`, by field name)."""
    return [
        _asked(question, number, data or {}, errors or {}, language) for number, question in enumerate(questions, first)
    ]


def _asked(question: Question, number: int, data: Posted, errors: Mapping[str, str], language: str | None) -> Asked:
    labels = {row["key"]: said(row["text"], language) for row in question.rows}
    rows = []
    for key in rows_of(question):
        name = field_name(question.key, key)
        values = values_of(data, name)
        options = _options(question, name, values, language)
        text = values[0] if question.kind == Kind.TEXT and values else ""
        rows.append(Row(name, f"id-{name}", labels.get(key, ""), options, text, errors.get(name, "")))
    ends = said(question.low_label, language), said(question.high_label, language)
    return Asked(
        question, number, _look(question), said(question.text, language), said(question.help, language), *ends, rows
    )


def _look(question: Question) -> str:
    if question.scale:
        return "scale"
    return {Kind.TEXT: "text", Kind.MULTIPLE: "several"}.get(Kind(question.kind), "choices")


def _options(question: Question, name: str, values: list[str], language: str | None) -> list[Option]:
    if question.kind in CHOICES:
        offered = [(option["key"], said(option["text"], language)) for option in question.options]
    elif question.kind == Kind.YES_NO:
        offered = [("1", _("Yes")), ("0", _("No"))]
    else:
        return [_step(question, name, values, value, language) for value in question.scale]
    return [Option(f"id-{name}-{key}", key, label, key in values) for key, label in offered]


def _step(question: Question, name: str, values: list[str], value: int, language: str | None) -> Option:
    """One value of a scale; the ends are spoken with their labels."""
    scale = question.scale
    ends = {scale[0]: said(question.low_label, language), scale[-1]: said(question.high_label, language)}
    spoken = _("of %(most)s") % {"most": scale[-1]}
    if ends.get(value):
        spoken = f"{spoken}: {ends[value]}"
    mouth = smile((value - scale[0]) / (len(scale) - 1)) if question.look == Look.SMILEYS else ""
    return Option(f"id-{name}-{value}", str(value), str(value), str(value) in values, spoken, mouth)


def smile(share: float) -> str:
    """A mouth from sad (0) over straight (0.5) to glad (1).

    >>> smile(0), smile(0.5), smile(1)
    ('M7.5 17.0Q12 12.0 16.5 17.0', 'M7.5 15.5Q12 15.5 16.5 15.5', 'M7.5 14.0Q12 19.0 16.5 14.0')
    """
    ends = 17 - 3 * share
    return f"M7.5 {ends:.1f}Q12 {ends + 10 * (share - 0.5):.1f} 16.5 {ends:.1f}"
