"""A customer's page: the explanation of its score, worded and grouped for reading."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from crmquality.office.models import Organisation
from customers import telling
from customers.models import Customer
from scoring.engine.explain import round_to_sum
from scoring.engine.settings import Settings
from scoring.explaining import Explanation, HistoryPoint, ReadingRow
from scoring.models import EvaluationModel
from scoring.wording import period_in_words, value_in_words


@dataclass(frozen=True)
class Line:
    """A reading row in words; `contribution` is rounded so that all that are shown add up."""

    row: ReadingRow
    name: str
    reading: str
    period: str
    contribution: float | None


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
        return sum(line.contribution or 0.0 for line in self.lines)


def groups(explanation: Explanation, currency: str) -> list[Group]:
    """The explanation's rows by criterion, in the order of the model."""
    order = [criterion.name for criterion in explanation.model.parsed.criteria]
    rows = sorted(explanation.indicators, key=lambda row: order.index(row.criterion))
    lines = _lines(rows, explanation, currency)
    return [Group(_(name), list(found)) for name, found in groupby(lines, lambda line: line.row.criterion)]


def _lines(rows: list[ReadingRow], explanation: Explanation, currency: str) -> list[Line]:
    settings = Settings.from_dict(explanation.run.rules["settings"])
    parts = [row.contribution for row in rows]
    known = [part for part in parts if part is not None]
    # With some kept back the rest adds up to itself; else all add up to the score.
    total = (explanation.score or 0.0) if len(known) == len(parts) else math.fsum(known)
    shown = iter(round_to_sum(known, total))
    return [
        Line(
            row=row,
            name=_(row.indicator.name),
            reading=value_in_words(row.indicator, row.reading, currency),
            period=period_in_words(row.id, settings),
            contribution=None if row.contribution is None else next(shown),
        )
        for row in rows
    ]


def with_model_names(points: Iterable[HistoryPoint]) -> list[tuple[HistoryPoint, str]]:
    """Each published night with the name and version of the model it was scored by."""
    points = list(points)
    keys = {point.model_id for point in points}
    models = EvaluationModel.objects.defer("definition").in_bulk(keys)
    return [(point, str(models[point.model_id])) for point in points]


def phases(customer: Customer, office: Organisation, limit: int = 20) -> list[dict[str, object]]:
    """Since when the customer had which tier, segment, owner and debts, in words; newest first."""
    rows = customer.phases.select_related("owner").order_by("-since")[:limit]
    return [{"told": telling.phase(row, office), "since": None if row.since.year == 1 else row.since} for row in rows]
