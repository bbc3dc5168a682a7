"""The charts of results, with their words."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from crmquality.lib import formats
from crmquality.lib.charts import Chart
from crmquality.lib.text import enumerated
from crmquality.office.models import Organisation

from .figures import Figure, Outcome, figures_of
from .models import Campaign, Kind, Question
from .results import Counts
from .statistics import MINIMUM_GROUP, rescale_to_100


def attributes(outcomes: Iterable[Outcome]) -> Chart | None:
    """Every row of a matrix and every attribute asked alone, on 0 to 100, best first; None if there are none."""
    rows: list[list[Any]] = []
    for each in outcomes:
        question = each.question
        if question.kind != Kind.MATRIX and not question.attribute:
            continue
        for row in each.rows:
            for figure in (figure for figure in row.figures if figure.unit == "mean"):
                points = [
                    rescale_to_100(value, question.scale_min, question.scale_max or 1)
                    for value in (figure.value, figure.low, figure.high)
                ]
                rows.append([row.name or str(question), *points, figure.n])
    rows.sort(key=lambda row: -row[1])
    return Chart(
        kind="intervals",
        title=_("How single things are judged"),
        columns=[_("What"), _("Mean, 0 to 100"), _("Lowest, 95%"), _("Highest, 95%"), _("Answers")],
        rows=rows,
        summary=enumerated(f"{row[0]} {formats.decimal(row[1], 0)}" for row in rows),
        height=max(12, 2 * len(rows) + 4),
    ) if rows else None  # fmt: skip


def trend(question: Question, waves: list[Campaign], counts: dict[tuple[int, str], Counts]) -> Chart | None:
    """The chief figure of a question over the waves; None if fewer than two have five answers."""
    told: list[tuple[Campaign, Figure]] = []
    for wave in waves:
        of = counts.get((wave.pk, question.key))
        if of and of.total() >= MINIMUM_GROUP and (found := figures_of(question, of)):
            told.append((wave, found[0]))
    return over_waves(f"wave-{question.key}", str(question), told)


def over_waves(name: str, title: str, told: list[tuple[Campaign, Figure]]) -> Chart | None:
    """One figure over the waves that have it; None for fewer than two."""
    if len(told) < 2:
        return None
    zone, figure = Organisation.load().zone, told[0][1]
    times, unit = (100, "%(figure)s, %%") if figure.unit == "share" else (1, "%(figure)s")
    rows: list[list[Any]] = [
        [formats.local_day(wave.started_at, zone), times * of.value, times * of.low, times * of.high, of.n]
        for wave, of in told
    ]
    return Chart(
        kind="waves",
        name=name,
        title=title,
        columns=[_("Wave"), unit % {"figure": figure.name}, _("Lowest, 95%"), _("Highest, 95%"), _("Answers")],
        rows=rows,
        summary=enumerated(f"{row[0]} {formats.decimal(row[1], 0)}" for row in rows),
    )
