"""The charts of an analysis, with their words and what is behind each bar."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crmquality.lib import formats
from crmquality.lib.charts import Chart
from crmquality.lib.text import enumerated

from .analysis import Bar, Trend
from .filters import Filters
from .voice import Sums

# The queue's name for each dimension, and what of a row stands in the address.
BEHIND: dict[str, Callable[[Any], str]] = {
    "category": lambda node: node.code,
    "product": lambda node: node.code,
    "cause": lambda node: node.code,
    "region": str,
}


def pareto(bars: Sequence[Bar], dimension: str, name: str, filters: Filters) -> Chart:
    """The most frequent first, with the running total; each bar leads to its cases."""
    rows = [
        [str(bar.node or _("none given")), bar.now, 100 * bar.so_far / bar.total, bar.before, bar.so_far]
        for bar in bars
    ]
    return Chart(
        kind="pareto",
        title=_("What it is about: %(dimension)s") % {"dimension": name},
        columns=[name, _("Cases"), _("Running total, %"), _("Before"), _("Running total")],
        rows=rows,
        links=[filters.queue(**{dimension: BEHIND[dimension](bar.node)}) if bar.node else "" for bar in bars],
        summary=enumerated(f"{row[0]} {row[1]}" for row in rows),
        height=20,
    )


def trend(found: Trend) -> Chart:
    """Complaints per 100 orders with their limits; what lies outside is marked."""
    chart = found.chart
    columns = (found.days, found.complaints, found.orders, chart.rates, chart.lower, chart.upper, chart.signals)
    rows = [
        [
            day.isoformat(), complaints, orders, rate, lower, chart.centre, upper,
            (_("above the limits") if rate > upper else _("below the limits")) if signal else "",
        ]
        for day, complaints, orders, rate, lower, upper, signal in zip(*columns, strict=True)
    ]  # fmt: skip
    outside = [row[0] for row in rows if row[7]]
    return Chart(
        kind="ucontrol",
        title=_("Complaints per 100 orders"),
        columns=[
            _("From"), _("Complaints"), _("Orders"), _("Complaints per 100 orders"), _("Lower limit"), _("Mean"),
            _("Upper limit"), _("Outside"),
        ],
        rows=rows,
        summary=_("Mean %(mean)s; outside the limits: %(days)s.")
        % {"mean": formats.fixed(chart.centre, 2), "days": enumerated(outside) or _("none")},
        height=20,
        note=_note(found.left_out),
    )  # fmt: skip


def _note(left_out: int) -> str:
    """How the limits are made, and what is not in the chart."""
    limits = _(
        "Limits: mean ± 3·√(mean / hundreds of orders). Region, segment and tier choose the orders too;"
        " category and department only the complaints."
    )
    if not left_out:
        return limits
    told = ngettext(
        "%(left_out)s complaint fell in a period without orders and is left out.",
        "%(left_out)s complaints fell in periods without orders and are left out.",
        left_out,
    )
    return f"{limits} {told % {'left_out': formats.decimal(left_out, 0)}}"


def satisfaction(months: list[tuple[dt.date, Sums]]) -> Chart | None:
    """The mean of each month in which at least two answered; None for fewer than two months."""
    rows: list[list[Any]] = [
        [f"{month:%Y-%m}", mean.mean, mean.low, mean.high, mean.n]
        for month, mean in ((month, sums.mean) for month, sums in months)
        if mean.low is not None
    ]
    return Chart(
        kind="waves",
        name="satisfaction-after-closing",
        title=_("By month of closing"),
        columns=[_("Month"), _("Points, 0 to 100"), _("Lowest, 95%"), _("Highest, 95%"), _("Answers")],
        rows=rows,
        summary=enumerated(f"{row[0]} {formats.decimal(row[1], 0)}" for row in rows),
    ) if len(rows) > 1 else None  # fmt: skip
