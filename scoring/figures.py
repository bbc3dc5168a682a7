"""Population figures of two runs side by side, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib import formats
from scoring.engine.indicators import FIGURES
from scoring.engine.settings import Settings
from scoring.models import Run, RunFigure
from scoring.wording import figure_in_words, period_in_words

CUTS: dict[str, str | Promise] = {
    "all": gettext_lazy("Whole company"),
    "segment": gettext_lazy("By segment"),
    "tier": gettext_lazy("By tier"),
    "region": gettext_lazy("By region"),
    "team": gettext_lazy("By team"),
    "line": gettext_lazy("By product line"),
    "channel": gettext_lazy("By acquisition channel"),
    "source": gettext_lazy("By source of the opportunity"),
    "opportunity_stage": gettext_lazy("By stage of the opportunity"),
}
# A figure of fewer customers says more of each of them than of the group.
SMALLEST_GROUP = 5
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Row:
    """One figure of one group now and before; `change` is None where one of the two is missing."""

    id: str
    label: str
    name: str
    definition: str
    criterion: str
    period: str
    now: RunFigure | None
    before: RunFigure | None
    currency: str

    def _words(self, figure: RunFigure | None) -> str:
        return figure_in_words(self.id, _value(figure), self.currency)

    @property
    def now_words(self) -> str:
        return self._words(self.now)

    @property
    def before_words(self) -> str:
        return self._words(self.before)

    @property
    def interval(self) -> str:
        """Between which values it lies with 95 %; empty for what is no share."""
        if self.now is None or self.now.low is None or self.is_small:
            return ""
        ends = [figure_in_words(self.id, end, self.currency) for end in (self.now.low, self.now.high)]
        return " – ".join(ends)

    @property
    def change(self) -> float | None:
        now, before = _value(self.now), _value(self.before)
        return None if now is None or before is None else now - before

    @property
    def change_words(self) -> str:
        """The difference; of shares in percentage points."""
        if self.change is None:
            return formats.DASH
        if FIGURES[self.id][1].is_share:
            return _("%(points)s points") % {"points": formats.signed(100 * self.change, 1)}
        words = figure_in_words(self.id, self.change, self.currency)
        return f"+{words}" if self.change > 0 and not words.startswith("+") else words

    @property
    def is_small(self) -> bool:
        return self.now is not None and 0 < self.now.n < SMALLEST_GROUP and not FIGURES[self.id][1].is_total

    @property
    def share(self) -> float | None:
        """The value as a length of 0 to 1, for shares only."""
        value = _value(self.now)
        return value if value is not None and FIGURES[self.id][1].is_share else None


def _value(figure: RunFigure | None) -> float | None:
    if figure is None or (figure.n < SMALLEST_GROUP and not FIGURES[figure.indicator][1].is_total):
        return None
    return figure.value


def earlier(run: Run) -> list[Run]:
    """Published runs of earlier days, the newest of each day, newest day first."""
    found = Run.objects.published().filter(as_of__lt=run.as_of).defer("rules")
    return list(found.order_by("-as_of", "-id").distinct("as_of"))


def a_year_before(run: Run, runs: Iterable[Run]) -> Run | None:
    """Of the earlier runs the one nearest to a year before."""
    return min(runs, key=lambda other: abs(run.as_of - YEAR - other.as_of), default=None)


def of_company(run: Run, before: Run | None, currency: str) -> list[Row]:
    """Every figure of the whole company, in the order of the registry."""
    return _rows(run, before, RunFigure.objects.filter(cut="all"), currency)


def of_groups(run: Run, before: Run | None, cut: str, figure: str, currency: str) -> list[Row]:
    """One figure of every group, the highest value first; groups without a value last."""
    rows = _rows(run, before, RunFigure.objects.filter(cut=cut, indicator=figure), currency)
    values = {row.label: _value(row.now) for row in rows}
    return sorted(rows, key=lambda row: (values[row.label] is None, -(values[row.label] or 0.0), row.label))


def _rows(run: Run, before: Run | None, figures: QuerySet[RunFigure], currency: str) -> list[Row]:
    keys = [run.pk, *([before.pk] if before else [])]
    found = {(each.run_id, each.indicator, each.label): each for each in figures.filter(run__in=keys)}
    settings = Settings.from_dict(run.rules["settings"])
    labels = sorted({(indicator, label) for _run, indicator, label in found})
    order = {key: place for place, key in enumerate(FIGURES)}
    rows = []
    for key, label in sorted((pair for pair in labels if pair[0] in order), key=lambda pair: order[pair[0]]):
        indicator, spec = FIGURES[key]
        rows.append(
            Row(
                id=key,
                label=label,
                name=_(spec.name),
                definition=_(spec.definition),
                criterion=_(indicator.criterion),
                period=period_in_words(key, settings),
                now=found.get((run.pk, key, label)),
                before=found.get((before.pk, key, label)) if before else None,
                currency=currency,
            )
        )
    return rows


def choices(run: Run) -> list[tuple[str, str]]:
    """Every figure that the run has, with its name."""
    have = set(run.figures.filter(cut="all").values_list("indicator", flat=True))
    return [(key, _(spec.name)) for key, (_indicator, spec) in FIGURES.items() if key in have]


def export_rows(rows: Iterable[Row], as_of: str, before: str) -> Iterable[list[object]]:
    """A heading and one line per figure and group; numbers as numbers."""
    yield [_("Figure"), _("Group"), as_of, _("from"), _("to"), _("How many"), before, _("How many")]
    for row in rows:
        now = row.now if row.now and not row.is_small else None
        yield [
            row.name, row.label, _value(row.now), now and now.low, now and now.high, row.now and row.now.n,
            _value(row.before), row.before and row.before.n,
        ]  # fmt: skip
