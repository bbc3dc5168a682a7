"""The charts of scores: what is drawn, with its words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from crmquality.lib.charts import Chart
from crmquality.lib.text import enumerated
from scoring.explaining import HistoryPoint, ReadingRow
from scoring.models.score import Band


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
        if row.points is not None and row.contribution is not None
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
