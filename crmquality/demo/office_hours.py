"""When the demo company works: nine to six with a lunch break, on China's holidays not, on its make-up days too."""

import datetime as dt
from functools import cache

import holidays

from crmquality.lib.clock import WorkCalendar, due_at, working_time_between

from .horizon import ZONE_NAME

NAME = "Shanghai · 上海"
COUNTRY = "CN"
WINDOWS = (("09:00", "12:00"), ("13:30", "18:00"))
WEEKLY = dict.fromkeys(range(5), WINDOWS)
# No life is told beyond.
YEARS = range(2015, 2046)


@cache
def office_hours() -> WorkCalendar:
    known = holidays.country_holidays(COUNTRY, years=YEARS)
    return WorkCalendar(ZONE_NAME, WEEKLY, holidays=frozenset(known), working_days=frozenset(known.weekend_workdays))


def after(start: dt.datetime, minutes: float) -> dt.datetime:
    """When so many minutes of work will have passed."""
    return due_at(start, dt.timedelta(seconds=round(60 * max(minutes, 1))), office_hours()) or start


def at_work(moment: dt.datetime) -> dt.datetime:
    """The moment itself, or one at the next opening."""
    before = dt.timedelta(seconds=1)
    is_at_work = working_time_between(moment - before, moment, office_hours()) == before
    return moment if is_at_work else after(moment, 1)


def part_way(start: dt.datetime, end: dt.datetime, share: float = 0.6) -> dt.datetime:
    """A moment of work between the two."""
    worked = working_time_between(start, max(start, end), office_hours())
    return after(start, share * worked.total_seconds() / 60)
