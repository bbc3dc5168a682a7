"""A customer's page: the explanation of its score, worded and grouped for reading."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from crmquality.lib import formats
from customers.models import Customer
from scoring.engine.explain import round_to_sum
from scoring.engine.settings import Settings
from scoring.explaining import Explanation, HistoryPoint, ReadingRow
from scoring.models import EvaluationModel

WINDOW = {
    "purchase_frequency", "revenue", "cross_sell", "customisation",
    "on_time_delivery", "delivery_delay", "return_rate",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A reading row in words; `contribution` is rounded so that all add up to the score."""

    row: ReadingRow
    name: str
    reading: str
    period: str
    contribution: float


@dataclass(frozen=True)
class Group:
    """The lines of one criterion."""

    name: str
    lines: list[Line]

    @property
    def weight(self) -> float:
        return sum(line.row.weight for line in self.lines)

    @property
    def contribution(self) -> float:
        return sum(line.contribution for line in self.lines)


def groups(explanation: Explanation, currency: str) -> list[Group]:
    """The explanation's rows by criterion, in the order of the model."""
    order = [criterion.name for criterion in explanation.model.parsed.criteria]
    rows = sorted(explanation.indicators, key=lambda row: order.index(row.criterion))
    lines = _lines(rows, explanation, currency)
    return [
        Group(_(name), list(found)) for name, found in groupby(lines, lambda line: line.row.criterion)
    ]


def _lines(rows: list[ReadingRow], explanation: Explanation, currency: str) -> list[Line]:
    settings = Settings.from_dict(explanation.run.rules["settings"])
    shown = round_to_sum([row.contribution for row in rows], explanation.score or 0.0)
    return [
        Line(
            row=row,
            name=_(row.indicator.name),
            reading=reading_in_words(row, currency),
            period=period_in_words(row.id, settings),
            contribution=contribution,
        )
        for row, contribution in zip(rows, shown, strict=True)
    ]


def reading_in_words(row: ReadingRow, currency: str) -> str:
    """The value with its unit: 92%, 4.5 per year, £1,234.56; a dash for no data."""
    value = row.reading
    if value is None:
        return formats.DASH
    if row.id == "lapsed":
        return _("yes") if value else _("no")
    if row.indicator.unit == "money":
        return formats.money(round(value), currency)
    if row.indicator.unit == "share":
        return formats.percent(value, 1)
    if row.indicator.unit in ("growth", "percent"):
        share = value if row.indicator.unit == "growth" else value / 100
        return ("+" if share > 0 else "") + formats.percent(share, 1)
    return _unit(row.indicator.unit) % {"value": formats.decimal(value, 1)}


def _unit(unit: str) -> str:
    wordings = {
        "days": _("%(value)s days"),
        "years": _("%(value)s years"),
        "per_year": _("%(value)s per year"),
        "per_quarter": _("%(value)s per quarter"),
        "per_100_orders": _("%(value)s per 100 orders"),
        "of_target": _("%(value)s × the target"),
        "points": _("%(value)s points"),
    }
    return wordings.get(unit, "%(value)s")


def period_in_words(indicator: str, settings: Settings) -> str:
    """Which time the reading speaks of."""
    if indicator in WINDOW:
        return _("last %(days)s days") % {"days": settings.window_days}
    special = {
        "frequency_change": _("last %(days)s days against the year before")
        % {"days": settings.recent_days},
        "sales_growth": _("last %(days)s days against those before") % {"days": settings.window_days},
        "purchase_probability": _("next %(days)s days") % {"days": settings.horizon_days},
        "lifetime_value": _("next %(months)s months") % {"months": settings.value_months},
        "lifetime_revenue": _("to date and next %(months)s months")
        % {"months": settings.value_months},
        "purchase_gap": _("since the last order"),
        "lapsed": _("since the last order"),
    }
    return special.get(indicator, _("since the first order"))


def with_model_names(points: Iterable[HistoryPoint]) -> list[tuple[HistoryPoint, str]]:
    """Each published night with the name and version of the model it was scored by."""
    points = list(points)
    keys = {point.model_id for point in points}
    models = EvaluationModel.objects.defer("definition").in_bulk(keys)
    return [(point, str(models[point.model_id])) for point in points]


def phases(customer: Customer, limit: int = 20) -> list[dict[str, object]]:
    """Since when the customer had which tier, segment and owner; newest first."""
    rows = customer.phases.select_related("owner").order_by("-since")[:limit]
    return [
        {"phase": row, "since": None if row.since.year == 1 else row.since} for row in rows
    ]
