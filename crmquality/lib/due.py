"""When something is due, in words a person would use."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import dates, units
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crmquality.lib import formats
from crmquality.lib.clock import WorkCalendar, working_time_between

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Due:
    """`state`: later, today, soon, paused, overdue, done or cancelled; `words` for the chip, `moment` for its hover."""

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
        return Due("cancelled", pgettext("a follow-up", "cancelled"), formats.moment(cancelled_at, zone))
    moment = formats.day(due_on)
    if due_time:
        moment = f"{moment} {_clock(due_time)}"
    left = (due_on - now.astimezone(zone).date()).days
    if left == 0 and due_time:
        return _within_today(dt.datetime.combine(due_on, due_time, zone) - now, moment)
    if left < 0:
        return Due("overdue", _("%(time)s overdue") % {"time": _unit(-left, "day")}, moment)
    return Due("today" if left == 0 else "later", _in_days(left, due_time), moment)


def due_in_working_time(
    due_at: dt.datetime | None, warn_at: dt.datetime | None, now: dt.datetime, calendar: WorkCalendar, zone: ZoneInfo
) -> Due:
    """How a clock that runs in working time stands: the working time left, soon due from `warn_at` on.

    >>> calendar = WorkCalendar("UTC", {day: [("09:00", "17:00")] for day in range(5)})
    >>> friday, monday = (dt.datetime(2025, 7, day, 15, tzinfo=dt.UTC) for day in (4, 7))
    >>> due_in_working_time(monday, monday, friday, calendar, ZoneInfo("UTC")).words
    '8 hr'
    >>> due_in_working_time(friday, friday, monday, calendar, ZoneInfo("UTC")).words
    '8 hr overdue'
    """
    if due_at is None:
        return Due("paused", _("paused"), _("Waiting for the customer: the clocks stand still."))
    moment = formats.moment(due_at, zone)
    if due_at < now:
        late = working_time_between(due_at, now, calendar)
        return Due("overdue", _("%(time)s overdue") % {"time": span(late.total_seconds())}, moment)
    left = working_time_between(now, due_at, calendar)
    is_soon = warn_at is not None and warn_at <= now
    return Due("soon" if is_soon else "later", span(left.total_seconds()), moment)


def _within_today(left: dt.timedelta, moment: str) -> Due:
    seconds = left.total_seconds()
    if seconds < 0:
        return Due("overdue", _("%(time)s overdue") % {"time": span(-seconds)}, moment)
    return Due("today", _("in %(time)s") % {"time": span(seconds)}, moment)


def _in_days(left: int, due_time: dt.time | None) -> str:
    if left > 1:
        return str(dates.format_timedelta(dt.timedelta(left), add_direction=True, threshold=2, locale=formats.locale()))
    day = _("today") if left == 0 else _("tomorrow")
    return f"{day} {_clock(due_time)}" if due_time else day


def span(seconds: float) -> str:
    """Hours and minutes, such as "3 hr 20 min"."""
    hours, minutes = divmod(max(1, int(seconds // MINUTE)), 60)
    parts = [_unit(hours, "hour")] if hours else []
    return " ".join([*parts, _unit(minutes, "minute")] if minutes else parts)


def _unit(number: int, unit: str) -> str:
    # Chinese has no long form, and Babel would answer "3 duration-day".
    return str(units.format_unit(number, f"duration-{unit}", "short", locale=formats.locale()))


def _clock(time: dt.time) -> str:
    return str(dates.format_time(time, "short", locale=formats.locale()))
