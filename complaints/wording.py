"""An analysis in words: tiles and rows, each with what it is from."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crmquality.lib import formats
from crmquality.lib.themes import Theme

from .analysis import Actions, Attainment, Outcomes, Times
from .filters import Filters
from .statistics import Mean, Share
from .voice import Satisfaction, Sums, Text


@dataclass(frozen=True)
class Tile:
    name: str
    value: str
    note: str
    hover: str
    url: str = ""


def share(found: Share) -> str:
    """A share with its interval: 12% (8% – 18%)."""
    if found.share is None:
        return formats.DASH
    return f"{formats.percent(found.share, 1)} ({formats.percent(found.low, 1)} – {formats.percent(found.high, 1)})"


def points(found: Mean) -> str:
    """A mean with its interval: 71.4 (66.0 – 76.8)."""
    if found.low is None:
        return formats.DASH if found.mean is None else formats.fixed(found.mean)
    return f"{formats.fixed(found.mean)} ({formats.fixed(found.low)} – {formats.fixed(found.high)})"


def hours(seconds: float | None) -> str:
    """Working time in hours.

    >>> hours(5400)
    '1.5 h'
    """
    return formats.DASH if seconds is None else _("%(hours)s h") % {"hours": formats.decimal(seconds / 3600, 1)}


def of_records(n: int) -> str:
    return ngettext("of %(n)s", "of %(n)s", n) % {"n": formats.decimal(n, 0)}


def tiles(now: Outcomes, before: Outcomes, filters: Filters, an_hour: int, currency: str) -> list[Tile]:
    """How many, how they ended, what they cost: each with the period before."""

    def counted(name: str, value: int, earlier: int, **more: str) -> Tile:
        note = _("before: %(value)s") % {"value": formats.decimal(earlier, 0)}
        return Tile(name, formats.decimal(value, 0), note, filters.hover(now.n), filters.queue(**more))

    def shared(name: str, value: Share, earlier: Share) -> Tile:
        facts = {"interval": share(value).partition(" ")[2], "before": formats.percent(earlier.share, 1)}
        note = _("%(interval)s; before: %(before)s") % facts if value.n else _("nothing to count yet")
        return Tile(name, formats.percent(value.share, 1), note, filters.hover(value.n))

    cost, earlier_cost = (formats.money(each.cost(an_hour), currency) for each in (now, before))
    parts = {
        "compensation": formats.money(now.compensation, currency),
        "hours": hours(60 * now.minutes),
        "before": earlier_cost,
    }
    return [
        counted(_("Received"), now.n, before.n),
        counted(_("Still open"), now.open, before.open, state="open"),
        shared(_("Reopened, of the resolved"), now.reopened, before.reopened),
        shared(_("Repeated within 90 days"), now.repeated, before.repeated),
        shared(_("Outcome rejected, of the closed"), now.rejected, before.rejected),
        Tile(
            _("Cost"),
            cost,
            _("%(compensation)s compensation, %(hours)s of staff; before: %(before)s") % parts,
            filters.hover(now.n),
        ),
    ]


def action_tiles(found: Actions, filters: Filters) -> list[Tile]:
    """Corrective actions: open, overdue, done, and whether they helped."""
    hover = _("From %(n)s corrective actions of cases received %(period)s.") % {
        "n": formats.decimal(found.n, 0),
        "period": filters.period,
    }
    plain = ((_("Open"), found.open), (_("Overdue"), found.overdue), (_("Done"), found.done))
    counts = [Tile(name, formats.decimal(value, 0), of_records(found.n), hover) for name, value in plain]
    helped = found.effective
    return [*counts, Tile(_("Helped, of the judged"), formats.percent(helped.share, 1), share(helped), hover)]


@dataclass(frozen=True)
class TimesRow:
    label: str
    cells: list[str]
    n: str
    still_open: str
    hover: str


def times_rows(found: list[tuple[Times, Times]], filters: Filters) -> list[TimesRow]:
    """Median and 90th percentile in working hours, as a share of the target, and before."""
    return [
        TimesRow(
            label=now.label,
            cells=[
                *(hours(value) for value in now.seconds),
                *(formats.percent(value) for value in now.of_target),
                *(hours(value) for value in before.seconds),
            ],
            n=formats.decimal(now.n, 0),
            still_open=formats.decimal(now.still_open, 0),
            hover=filters.hover(now.n),
        )
        for now, before in found
    ]


@dataclass(frozen=True)
class AttainmentRow:
    label: str
    share: float | None
    words: str
    n: str
    before: str
    hover: str
    query: str


def attainment_rows(found: list[Attainment], filters: Filters, group: str, clock: str) -> list[AttainmentRow]:
    """Each group's kept promises with their interval, and the address of what is behind."""
    return [
        AttainmentRow(
            label=str(row.node or _("none given")),
            share=row.now.share,
            words=share(row.now),
            n=formats.decimal(row.now.n, 0),
            before=formats.percent(row.before.share, 1),
            hover=filters.hover(row.now.n),
            query=filters.query(group=group, clock=clock, key=row.key),
        )
        for row in found
    ]


def _answered(sums: Sums) -> str:
    facts = {"n": formats.decimal(sums.n, 0), "closed": formats.decimal(sums.closed, 0)}
    return _("%(n)s of %(closed)s closed cases") % facts


def satisfaction_tile(found: Satisfaction, filters: Filters) -> Tile | None:
    """The mean of the period with the one before; None where nobody said anything."""
    if not found.now.n:
        return None
    note = _("%(interval)s; before: %(before)s") % {
        "interval": points(found.now.mean).partition(" ")[2], "before": formats.fixed(found.before.mean.mean),
    }  # fmt: skip
    return Tile(_("Points, 0 to 100"), formats.fixed(found.now.mean.mean), note, filters.hover(found.now.n))


@dataclass(frozen=True)
class SatisfactionRow:
    label: str
    points: str
    answered: str
    hover: str


def satisfaction_rows(found: Satisfaction, filters: Filters) -> list[SatisfactionRow]:
    """All, then each category of which somebody said something."""
    groups = [(_("All"), found.now), *((str(node or _("none given")), sums) for node, sums in found.categories)]
    return [SatisfactionRow(label, points(sums.mean), _answered(sums), filters.hover(sums.n)) for label, sums in groups]


@dataclass(frozen=True)
class ThemeTold:
    """A theme with the texts quoted for it and how often it was spoken of in each of the last months."""

    theme: Theme
    quotes: list[Text]
    months: list[tuple[str, int]]


def theme(found: Theme, texts: Sequence[Text]) -> ThemeTold:
    """The newest twelve months."""
    return ThemeTold(found, [texts[place] for place in found.quotes], list(found.by_month.items())[-12:])
