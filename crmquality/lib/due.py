"""When something is due, in words a person would use."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import dates, units
from django.utils.translation import gettext as _

from crmquality.lib import formats

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Due:
    """`state`: later, today, overdue, done or cancelled; `words` for the chip, `moment` for its hover."""

    state: str
    words: str
    moment: str


def due(
    due_on: dt.date,
    due_time: dt.time | None,
    now: dt.datetime,
    zone: ZoneInfo,
    done_at: dt.datetime | None = None,
    cancelled_at: dt.datetime | None = None,
) -> Due:
    """How `due_on` (local, at `due_time` or any time of the day) stands at `now`.

    >>> now = dt.datetime(2025, 7, 1, 12, tzinfo=dt.UTC)
    >>> [due(dt.date(2025, 7, day), None, now, ZoneInfo("UTC")).words for day in (1, 2, 4)]
    ['today', 'tomorrow', 'in 3 days']
    >>> due(dt.date(2025, 6, 30), None, now, ZoneInfo("UTC"))
    Due(state='overdue', words='1 day overdue', moment='Jun 30, 2025')
    """
    if done_at:
        return Due("done", _("done"), formats.moment(done_at, zone))
    if cancelled_at:
        return Due("cancelled", _("cancelled"), formats.moment(cancelled_at, zone))
    moment = formats.day(due_on)
    if due_time:
        moment = f"{moment} {_clock(due_time)}"
    left = (due_on - now.astimezone(zone).date()).days
    if left == 0 and due_time:
        return _within_today(dt.datetime.combine(due_on, due_time, zone) - now, moment)
    if left < 0:
        return Due("overdue", _("%(time)s overdue") % {"time": _unit(-left, "day")}, moment)
    return Due("today" if left == 0 else "later", _in_days(left, due_time), moment)


def _within_today(left: dt.timedelta, moment: str) -> Due:
    seconds = left.total_seconds()
    if seconds < 0:
        return Due("overdue", _("%(time)s overdue") % {"time": _span(-seconds)}, moment)
    return Due("today", _("in %(time)s") % {"time": _span(seconds)}, moment)


def _in_days(left: int, due_time: dt.time | None) -> str:
    if left > 1:
        return str(dates.format_timedelta(dt.timedelta(left), add_direction=True, threshold=2, locale=formats.locale()))
    day = _("today") if left == 0 else _("tomorrow")
    return f"{day} {_clock(due_time)}" if due_time else day


def _span(seconds: float) -> str:
    """Hours and minutes, such as "3 hr 20 min"."""
    hours, minutes = divmod(max(1, int(seconds // MINUTE)), 60)
    parts = [_unit(hours, "hour")] if hours else []
    return " ".join([*parts, _unit(minutes, "minute")] if minutes else parts)


def _unit(number: int, unit: str) -> str:
    # Chinese has no long form, and Babel would answer "3 duration-day".
    return str(units.format_unit(number, f"duration-{unit}", "short", locale=formats.locale()))


def _clock(time: dt.time) -> str:
    return str(dates.format_time(time, "short", locale=formats.locale()))
