"""How answers go together: whether the rows of a matrix agree, and one question by another."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from .asking import YES_NO
from .models import Campaign, Kind, Question
from .models.questionnaire import said
from .results import ask
from .statistics import MINIMUM_GROUP, Independence, cronbach_alpha, independence, suppress

# The same pattern of answers is given by many: only the different ones leave the database.
PATTERNS = """
    SELECT pattern, count(*) FROM (
        SELECT array_agg(a.value ORDER BY a.row) AS pattern
        FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id
        WHERE a.campaign_id = %s AND a.key = %s AND r.is_held = r.is_pending AND a.value IS NOT NULL
        GROUP BY a.response_id HAVING count(*) = %s
    ) complete GROUP BY pattern
"""
# A choice counts once for each option taken.
CROSSED = """
    SELECT x.said, y.said, count(*) FROM ({one}) x JOIN ({other}) y USING (response_id) GROUP BY 1, 2
"""
OF_ONE = """
    SELECT a.response_id, unnest(CASE WHEN a.value IS NULL THEN a.choices ELSE ARRAY[a.value::text] END) AS said
    FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id
    WHERE a.campaign_id = %s AND a.key = %s AND a.row = '' AND r.is_held = r.is_pending
"""


def alpha(campaign: Campaign, question: Question) -> tuple[float | None, int]:
    """Cronbach's alpha of a matrix and how many answered all its rows; None with fewer than five, or if none varies."""
    patterns = ask(PATTERNS, campaign.pk, question.key, len(question.rows))
    n = sum(count for _values, count in patterns)
    if n < MINIMUM_GROUP or len(question.rows) < 2:
        return None, n
    table = np.repeat(
        np.array([pattern for pattern, _count in patterns]), [count for _values, count in patterns], axis=0
    )
    return cronbach_alpha(table), n


@dataclass(frozen=True)
class Crossed:
    """A cross-table. A cell or sum is None where it is hidden; `test` is None where nothing can be tested."""

    columns: list[str]
    rows: list[tuple[str, list[tuple[int | None, bool]], int | None]]
    """Of each row its name, its cells (each with whether fewer than five are expected) and its sum."""
    test: Independence | None
    is_of_several: bool
    """Whether one of the two lets people choose several, so that some count more than once."""


def crossable(question: Question) -> bool:
    return question.kind not in {Kind.TEXT, Kind.MATRIX}


def crossed(campaign: Campaign, one: Question, other: Question) -> Crossed:
    """How often each answer to `one` came with each to `other`; with the test where nobody counts twice."""
    sql = CROSSED.format(one=OF_ONE, other=OF_ONE)
    counts = {(x, y): n for x, y, n in ask(sql, campaign.pk, one.key, campaign.pk, other.key)}
    lines, heads = _answers(one), _answers(other)
    table = np.array([[counts.get((x, y), 0) for y in heads] for x in lines])
    hidden = suppress(table)
    several = Kind.MULTIPLE in {one.kind, other.kind}
    test = None if several or table.sum() < MINIMUM_GROUP else independence(table)

    def cell(x: int, y: int) -> tuple[int | None, bool]:
        return None if hidden.cells[x, y] else int(table[x, y]), bool(test and test.small[x, y])

    rows = [
        (name, [cell(x, y) for y in range(len(heads))], None if hidden.rows[x] else int(table[x].sum()))
        for x, name in enumerate(lines.values())
    ]
    return Crossed(list(heads.values()), rows, test, several)


def _answers(question: Question) -> dict[str, str]:
    """What may be answered, in words, as the statement has it."""
    if question.kind == Kind.YES_NO:
        return {str(value): {1: _("Yes"), 0: _("No")}[value] for value in YES_NO.values()}
    if question.scale:
        return {str(value): str(value) for value in question.scale}
    options: list[dict[str, Any]] = question.options
    return {option["key"]: said(option.get("text", {})) or option["key"] for option in options}
