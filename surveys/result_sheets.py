"""Results to take away: the figures, the answers themselves, and the code book that says what they mean."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from crmquality.office.models import Organisation

from .asking import rows_of
from .figures import Figure, Outcome, Row
from .models import Answer, Campaign, Kind, Privacy, Question, Response
from .models.question import CHOICES
from .models.questionnaire import said
from .results import Key
from .statistics import MINIMUM_GROUP

AT_ONCE = 2000


def figure_lines(outcomes: Iterable[Outcome], index: Row | None) -> Iterator[list[object]]:
    """A heading and a line for each figure and share of each question and group, and of an index over questions.

    What is hidden says so.
    """
    yield [
        _("Question"),
        _("Row"),
        _("Group"),
        _("What"),
        _("Value"),
        _("Lowest, 95%"),
        _("Highest, 95%"),
        _("Answers"),
    ]
    for outcome in outcomes:
        for row in outcome.rows:
            name = row.name if outcome.question.kind == Kind.MATRIX else ""
            yield from _row_lines([str(outcome.question), name], row)
    if index:
        yield from _row_lines([index.name, ""], index)


def _row_lines(start: list[object], row: Row) -> Iterator[list[object]]:
    if row.is_hidden:
        yield [*start, "", _("Hidden: fewer than five answers."), None, None, None, None]
        return
    yield from ([*start, "", *_figure(figure)] for figure in row.figures)
    yield from ([*start, "", part.name, part.share, None, None, part.count] for part in row.parts)
    for group, found, parts in row.groups:
        name = group or _("none given")
        if found:
            yield [*start, name, *_figure(found)]
        elif not parts:
            yield [*start, name, _("hidden or not answered"), None, None, None, None]
        yield from ([*start, name, part.name, part.share, None, None, part.count] for part in parts)


def _figure(found: Figure) -> list[object]:
    return [found.name, found.value, found.low, found.high, found.n]


def code_book(campaign: Campaign) -> Iterator[list[object]]:
    """A heading and a line for each column of the answers: what was asked, and what its values mean."""
    yield [_("Column"), _("Question"), _("Row"), _("Kind"), _("Measures"), _("Values")]
    for question in campaign.version.questions.all():
        for row in rows_of(question):
            words = next((said(each["text"]) for each in question.rows if each["key"] == row), "")
            yield [
                _column((question.key, row)), said(question.text), words, question.get_kind_display(),
                question.get_measure_display(), _values(question),
            ]  # fmt: skip


def _values(question: Question) -> str:
    if question.kind in CHOICES:
        return "; ".join(f"{option['key']} = {said(option.get('text', {}))}" for option in question.options)
    if question.kind == Kind.YES_NO:
        return _("1 = yes; 0 = no")
    if not question.scale:
        return ""
    ends = ((question.scale[0], said(question.low_label)), (question.scale[-1], said(question.high_label)))
    return "; ".join(f"{value} = {label}" if label else str(value) for value, label in ends)


def answer_lines(campaign: Campaign) -> Iterator[list[object]]:
    """A heading and a line for each respondent, a column for each question or row of a matrix.

    Only of an identified campaign with who and when. Of any other the lines are shuffled and hold the
    answers alone, and there are none before five people answered.
    """
    questions = list(campaign.version.questions.all())
    keys = [(question.key, row) for question in questions for row in rows_of(question)]
    named = campaign.privacy == Privacy.IDENTIFIED
    heading: list[object] = [_column(key) for key in keys]
    yield [_("Customer"), _("Answered"), _("Segment"), _("Tier"), _("Through"), *heading] if named else heading
    ids = list(Response.objects.shown().filter(campaign=campaign).order_by("pk").values_list("pk", flat=True))
    if not named:
        if len(ids) < MINIMUM_GROUP:
            return
        secrets.SystemRandom().shuffle(ids)
    for start in range(0, len(ids), AT_ONCE):
        yield from _lines(ids[start : start + AT_ONCE], keys, named)


def _lines(ids: list[int], keys: list[Key], named: bool) -> Iterator[list[object]]:
    cells: dict[int, dict[Key, object]] = {}
    for answer in Answer.objects.filter(response__in=ids).only("response_id", "key", "row", "value", "choices", "text"):
        value = answer.value if answer.value is not None else "; ".join(answer.choices) or answer.text
        cells.setdefault(answer.response_id, {})[answer.key, answer.row] = value
    who = _who(ids) if named else {}
    for pk in ids:
        yield [*who.get(pk, []), *(cells.get(pk, {}).get(key) for key in keys)]


def _who(ids: list[int]) -> dict[int, list[Any]]:
    zone = Organisation.load().zone
    return {
        each.pk: [
            each.customer and each.customer.code,
            each.submitted_at and each.submitted_at.astimezone(zone).replace(tzinfo=None, microsecond=0),
            each.segment, each.tier, each.get_via_display(),
        ]
        for each in Response.objects.filter(pk__in=ids).select_related("customer")
    }  # fmt: skip


def _column(key: Key) -> str:
    return ".".join(part for part in key if part)
