"""Charts as data: a title, columns and rows. The page draws them and shows them as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from crmquality.lib import formats
from crmquality.lib.text import enumerated
from scoring.explaining import HistoryPoint, ReadingRow
from scoring.models.score import Band


@dataclass(frozen=True)
class Chart:
    """`kind` names the drawing in static/charts.js; `summary` is what a screen reader hears."""

    kind: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    summary: str = ""
    colours: Sequence[str] = field(default_factory=list)
    height: int = 18

    @property
    def id(self) -> str:
        return f"chart-{self.kind}"

    @property
    def table(self) -> list[list[str]]:
        """The rows as text in the reader's form."""
        return [[_cell(cell) for cell in row] for row in self.rows]

    @property
    def payload(self) -> dict[str, Any]:
        """What the drawing needs, as JSON."""
        return {
            "kind": self.kind,
            "title": self.title,
            "summary": self.summary or self.title,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "colours": list(self.colours),
        }


def _cell(cell: Any) -> str:
    if isinstance(cell, int):
        return formats.decimal(cell, 0)
    return cell if isinstance(cell, str) else formats.fixed(cell, 1)


def band_distribution(bands: dict[str, int]) -> Chart:
    """How many customers are in each band, best first."""
    labels = dict(Band.choices)
    listed = enumerated(f"{labels[band]} {count}" for band, count in bands.items())
    return Chart(
        kind="bands",
        title=_("Customers by band"),
        columns=[_("Band"), _("Customers")],
        rows=[[str(labels[band]), count] for band, count in bands.items()],
        colours=list(bands),
        summary=_("Customers by band: %(listed)s.") % {"listed": listed},
        height=14,
    )


def score_history(nights: Iterable[tuple[HistoryPoint, str]]) -> Chart:
    """A customer's published scores over time with their ranges; model versions are marked."""
    rows = [[point.as_of.isoformat(), point.score, point.low, point.high, model] for point, model in nights]
    return Chart(
        kind="history",
        title=_("Score over time"),
        columns=[_("As of"), _("Score"), _("Lowest"), _("Highest"), _("Evaluation model")],
        rows=rows,
        height=16,
    )


def contributions(rows: Iterable[ReadingRow]) -> Chart:
    """What lifts and what lowers the score against the segment's median, biggest effect first.

    Where the segment has no median, half of the points stands in for it.
    """
    drawn = [
        [_(row.indicator.name), row.contribution - row.weight * median, row.contribution, median]
        for row in rows
        if row.points is not None
        for median in [50.0 if row.segment_median_points is None else row.segment_median_points]
    ]
    return Chart(
        kind="contributions",
        title=_("What lifts and what lowers the score"),
        columns=[
            _("Indicator"),
            _("Points of the score against the segment's median"),
            _("Contribution"),
            _("Median points"),
        ],
        rows=sorted(drawn, key=lambda row: -abs(row[1])),
        height=max(8, 2 * len(drawn) + 3),
    )
