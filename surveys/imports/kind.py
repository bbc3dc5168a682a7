"""What a file of past answers can tell: one line a respondent, a column a question or row of a matrix."""

# ruff: noqa: E501 - a table of synonyms reads better in long rows

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.money import parse_count
from crmquality.lib.text import normalised
from customers.imports.errors import ImportRefused
from customers.imports.fields import TYPES, Field, Kind, Reading
from customers.imports.options import ImportOptions
from customers.imports.presets import Preset
from customers.imports.record_kinds import CONTACT, CUSTOMER
from customers.imports.synonyms import RECORD_IDS
from customers.imports.words import SEVERAL
from surveys.asking import LONGEST_TEXT, reading, rows_of
from surveys.models import Kind as Asked
from surveys.models import Question, Questionnaire, Version
from surveys.models.question import CHOICES

# What a name in the database may be long.
LONGEST_NAME = 63


@dataclass(frozen=True)
class Answered(Field):
    """The column of one question, or of one row of a matrix."""

    question: Question | None = None
    row: str = ""

    @property
    def asked(self) -> Question:
        assert self.question
        return self.question

    def parse(self, cell: str, reading: Reading) -> Any:
        """A value on the question's scale, the keys of what was chosen as COPY writes an array, or the words."""
        question = self.asked
        if question.scale:
            return _on_scale(question, cell)
        if question.kind in CHOICES:
            return _chosen(question, cell)
        return TYPES[self.type].parse(cell, reading)


def _on_scale(question: Question, cell: str) -> int:
    """The number before whatever explains it, as in "5 - very satisfied"."""
    value = parse_count(cell.split()[0].rstrip(".:-–"))
    if value not in question.scale:
        raise ValueError("not on the scale")
    return value


def _chosen(question: Question, cell: str) -> str:
    names = {
        normalised(name): option["key"]
        for option in question.options
        for name in (option["key"], *option["text"].values())
        if name
    }
    one = names.get(normalised(cell))
    parts = [one] if one else [names[part] for part in _parts(cell, names)]
    if question.kind == Asked.SINGLE and len(parts) > 1:
        raise ValueError("several chosen of which one may be")
    return "{" + ",".join(dict.fromkeys(parts)) + "}"


def _parts(cell: str, names: dict[str, str]) -> Iterator[str]:
    for part in SEVERAL.split(normalised(cell)):
        if part.strip():
            if part.strip() not in names:
                raise ValueError("none of the choices")
            yield part.strip()


def _type(question: Question) -> str:
    if question.scale:
        return "count"
    if question.kind in CHOICES:
        return "channels"
    return "yes_no" if question.kind == Asked.YES_NO else "prose"


def column_name(key: str, row: str) -> str:
    """
    >>> column_name("recommend", ""), column_name("service", "speed")
    ('q_recommend', 'q_service__speed')
    """
    name = f"q_{key}__{row}" if row else f"q_{key}"
    return name if len(name) <= LONGEST_NAME else f"{name[:54]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def fields_of(version: Version) -> tuple[Answered, ...]:
    """A field for everything the version asks, found under its key, as exports name it, or under its words."""
    return tuple(
        Answered(
            column_name(question.key, row), _label(question, row), _type(question),
            max_length=LONGEST_TEXT if question.kind == Asked.TEXT else 0,
            synonyms=tuple(_synonyms(question, row)), question=question, row=row,
        )
        for question in version.questions.all() for row in rows_of(question)
    )  # fmt: skip


def _words(question: Question, row: str) -> list[str]:
    """What the row, or else the question, is called in every language."""
    texts: dict[str, str] = next((each["text"] for each in question.rows if each["key"] == row), question.text)
    return [text for text in texts.values() if text]


def _label(question: Question, row: str) -> str:
    named = next((each["text"] for each in question.rows if each["key"] == row), None)
    if named is None:
        return str(question)
    return f"{question} · {_words(question, row)[0] if _words(question, row) else row}"


def _synonyms(question: Question, row: str) -> Iterator[str]:
    yield f"{question.key}.{row}" if row else question.key
    if row:
        yield from (f"{question.key}_{row}", row)
    yield from _words(question, row)
    measure, attribute, stage = reading(question, row)
    yield from (name for name in (attribute, stage, "" if row else measure) if name)


def version_answered(questionnaire: Questionnaire) -> Version | None:
    """The newest frozen version, else the draft; None of a questionnaire without questions."""
    versions = sorted(questionnaire.versions.all(), key=lambda each: (each.frozen_at is None, -each.number))
    return next((version for version in versions if version.questions.all()), None)


def _questionnaires() -> Any:
    questions = Prefetch("versions__questions", Question.objects.order_by("position"))
    return Questionnaire.objects.prefetch_related("versions", questions)


def version_about(options: ImportOptions) -> Version:
    """The version that the file's answers belong to; a refusal where it is not said."""
    questionnaire = _questionnaires().filter(slug=options.about).first() if options.about else None
    version = version_answered(questionnaire) if questionnaire else None
    if version is None:
        names = ", ".join(Questionnaire.objects.order_by("slug").values_list("slug", flat=True))
        raise ImportRefused(
            _("Say which questionnaire was answered: take it as the preset. There are: %(names)s.") % {"names": names}
        )
    return version


ANSWERS = Kind(
    "answers", gettext_lazy("Survey answers"), is_of_somebody=False,
    further=lambda options: fields_of(version_about(options)),
    fields=(
        Field("external_id", gettext_lazy("Number of the response at the source"), "key", max_length=100, synonyms=(*RECORD_IDS, "response id", "response_id", "respondent id", "submission id", "response", "答卷编号", "答卷序号", "序号", "答卷編號", "序號")),
        *CUSTOMER, *CONTACT,
        Field("answered_at", gettext_lazy("Answered"), "moment", required=True, synonyms=(
            "answered at", "submitted", "submitted at", "submit date", "submitdate", "date", "timestamp", "completed", "end date", "提交答卷时间", "提交时间", "答题时间", "日期", "提交時間", "填答時間")),
        Field("language", gettext_lazy("Language"), max_length=10, synonyms=("start language", "语言", "語言")),
        Field("wave", gettext_lazy("Survey wave"), max_length=200, synonyms=("campaign", "survey", "round", "调查批次", "批次", "问卷", "調查批次", "問卷")),
    ),
)  # fmt: skip


def offered() -> list[Preset]:
    """A preset a questionnaire: a file with columns of its questions is known by them."""
    found = []
    for questionnaire in _questionnaires().filter(is_active=True):
        if version := version_answered(questionnaire):
            marks = tuple(name for field in fields_of(version) for name in field.synonyms)
            options = ImportOptions(about=questionnaire.slug)
            found.append(Preset(questionnaire.slug, "answers", _(questionnaire.name), options, marks=(marks,)))
    return found
