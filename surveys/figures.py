"""What the answers to one question come to: a figure with its interval, the shares behind it, its change."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from scipy.stats import ttest_ind

from crmquality.lib import formats

from .models import Campaign, Kind, Question
from .models.question import CHOICES
from .models.questionnaire import said as in_words
from .results import NOTHING, Counts, Key, Respondents, Said, chosen, said, shown_groups
from .statistics import (
    MINIMUM_GROUP,
    csi,
    mean_with_interval,
    net_promoter_change,
    net_promoter_of,
    share_of,
    top_box,
)
from .statistics.promoters import promoter_counts

HEADLINES = {Kind.RECOMMENDATION, Kind.SATISFACTION, Kind.EFFORT}
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Figure:
    """A number with its 95% interval.

    `unit`: "points" of -100 to 100, a "share" of 0 to 1, a "mean" on its scale, or an "index" of 0 to 100.
    """

    name: str
    unit: str
    value: float
    low: float
    high: float
    n: int

    @property
    def text(self) -> str:
        return self._shown(self.value)

    @property
    def interval(self) -> str:
        return _("%(low)s to %(high)s") % {"low": self._shown(self.low), "high": self._shown(self.high)}

    def _shown(self, value: float) -> str:
        if self.unit == "share":
            return formats.percent(value)
        if self.unit == "index":
            return formats.fixed(value, 1)
        return formats.decimal(round(value), 0) if self.unit == "points" else formats.fixed(value, 2)


@dataclass(frozen=True)
class Part:
    """A share of those who answered: of one choice, or of promoters."""

    name: str
    count: int
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True)
class Moved:
    """The change since the wave before."""

    difference: str
    p_value: float
    since: str

    @property
    def is_significant(self) -> bool:
        return self.p_value < SIGNIFICANT


@dataclass(frozen=True)
class Row:
    """One question, or one row of a matrix, as the page shows it. `groups`: None where hidden."""

    name: str
    n: int
    figures: list[Figure] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    groups: list[tuple[str, Figure | None, list[Part]]] = field(default_factory=list)

    @property
    def is_hidden(self) -> bool:
        return 0 < self.n < MINIMUM_GROUP


@dataclass(frozen=True)
class Outcome:
    """A question and what was said, row by row; a question that is no matrix has one."""

    question: Question
    rows: list[Row]

    @property
    def n(self) -> int:
        return max((row.n for row in self.rows), default=0)

    @property
    def measured(self) -> str:
        """What the chief figure of its rows is; '' where none has any."""
        return next((row.figures[0].name for row in self.rows if row.figures), "")


def outcomes_of(campaign: Campaign, by: str, who: Respondents) -> list[Outcome]:
    """Every question and what was answered; `by` one of results.BREAKDOWNS or ''."""
    questions = list(campaign.version.questions.all())
    answers = said(campaign, by)
    choices = chosen(campaign, [each.key for each in questions if each.kind in CHOICES], by)
    hidden = who.hidden[by] if by else set()
    return [outcome(question, answers, choices, hidden) for question in questions]


def outcome(question: Question, answers: dict[Key, Said], choices: dict[Key, Said], hidden: set[Any]) -> Outcome:
    """`hidden`: the groups that are hidden everywhere."""
    rows = question.rows if question.kind == Kind.MATRIX else [{"key": "", "text": question.text}]
    return Outcome(question, [_row(question, each, answers, choices, hidden) for each in rows])


def _row(
    question: Question, asked: dict[str, Any], answers: dict[Key, Said], choices: dict[Key, Said], hidden: set[Any]
) -> Row:
    key = (question.key, asked["key"])
    of, taken = answers.get(key, NOTHING), choices.get(key, NOTHING)
    name, n = in_words(asked.get("text", {})) or asked["key"], of.counts.total()
    if n < MINIMUM_GROUP:
        return Row(name, n)
    groups = [
        (group, None, []) if counts is None
        else (group, next(iter(figures_of(question, counts)), None), _parts(question, counts, taken.by.get(group)))
        for group, counts in shown_groups(of, hidden).items()
    ] if set(of.by) != {""} and question.kind != Kind.TEXT else []  # fmt: skip
    return Row(name, n, figures_of(question, of.counts), _parts(question, of.counts, taken.counts), groups)


def values_of(counts: Counts) -> np.ndarray[Any, np.dtype[Any]]:
    """Every answer that has a value, in order.

    >>> values_of(Counter({5: 2, 3: 1, None: 4})).tolist()
    [3, 5, 5]
    """
    values = sorted(value for value in counts if value is not None)
    return np.repeat(np.array(values, dtype=int), [counts[value] for value in values])


def figures_of(question: Question, counts: Counts) -> list[Figure]:
    """The figures of a scale or a yes-or-no question, the chief one first; none of others or without answers."""
    values, top = values_of(counts), question.scale_max
    if not values.size:
        return []
    if question.kind == Kind.YES_NO:
        return [_share(_("Yes"), share_of(int(values.sum()), values.size))]
    if not top:
        return []
    if question.kind == Kind.RECOMMENDATION:
        nps = net_promoter_of(values)
        assert nps  # there are answers
        return [Figure(_("Net promoter score"), "points", nps.score, nps.low, nps.high, nps.n)]
    mean = csi(values) if question.kind == Kind.SATISFACTION and top == 10 else mean_with_interval(values)
    assert mean
    low, high = max(mean.low, question.scale_min), min(mean.high, top)
    average = Figure(_("Mean on %(low)s to %(high)s") % {"low": question.scale_min, "high": top}, "mean",
                     mean.mean, low, high, mean.n)  # fmt: skip
    if question.kind != Kind.SATISFACTION:
        return [average]
    box = _share(_("Top two boxes"), top_box(values, top))
    return [average, box] if top == 10 else [box, average]


def _share(name: str, found: Any) -> Figure:
    return Figure(name, "share", found.share, found.low, found.high, found.n)


def _parts(question: Question, counts: Counts, taken: Counts | None) -> list[Part]:
    n = counts.total()
    if question.kind == Kind.RECOMMENDATION:
        names = (_("Promoters (9–10)"), _("Passives (7–8)"), _("Detractors (0–6)"))
        return [Part(name, k, n) for name, k in zip(names, promoter_counts(values_of(counts)), strict=True)]
    if question.kind in {Kind.SINGLE, Kind.MULTIPLE}:
        return [Part(in_words(option.get("text", {})) or option["key"], (taken or Counter())[option["key"]], n)
                for option in question.options]  # fmt: skip
    if question.kind in {Kind.SATISFACTION, Kind.EFFORT}:
        return [Part(str(value), counts[value], n) for value in question.scale]
    return []


def moved(question: Question, before: Counts, after: Counts, since: str) -> Moved | None:
    """How a chief figure differs from the wave before; None unless both waves have five answers.

    The net promoter score by `net_promoter_change`, a mean by Welch's test.
    """
    was, now = values_of(before), values_of(after)
    if min(was.size, now.size) < MINIMUM_GROUP:
        return None
    if question.kind == Kind.RECOMMENDATION:
        change = net_promoter_change(promoter_counts(was), promoter_counts(now))
        return Moved(formats.signed(change.difference, 0), change.p_value, since) if change else None
    return Moved(formats.signed(float(now.mean() - was.mean()), 2), chance_of(was, now), since)


def chance_of(was: np.ndarray[Any, np.dtype[Any]], now: np.ndarray[Any, np.dtype[Any]]) -> float:
    """The p-value of Welch's test; 1 or 0 where neither varies, as their means are equal or not."""
    if np.ptp(was) or np.ptp(now):
        return float(ttest_ind(now, was, equal_var=False).pvalue)
    return float(was.mean() == now.mean())
