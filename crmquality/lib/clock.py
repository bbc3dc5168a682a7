"""Working time: how much of it passed, and when so much of it will have passed.

Pure: no database and no now. A calendar is expanded once into stretches of work in UTC; every
question is then a search in a sorted list. Intervals are half-open, arithmetic is in whole
microseconds of UTC, so that hours skipped or repeated by the clocks count as long as they last.
"""

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Pause = tuple[dt.datetime, dt.datetime | None]
Windows = Sequence[tuple[str, str]]

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
DAY = dt.timedelta(days=1)
MINUTES_A_DAY = 24 * 60
# Days are expanded some at a time, well beyond what was asked for.
AHEAD = 400 * DAY
FURTHEST = 100 * AHEAD


class _Work(NamedTuple):
    """Stretches of work between two days: their begins and ends, and the work done before each."""

    first: dt.date
    last: dt.date
    begins: list[int]
    ends: list[int]
    before: list[int]


@dataclass(frozen=True)
class WorkCalendar:
    """When people work, as a value.

    `weekly`: for each weekday (Monday is 0) its windows of local time, ("09:00", "12:00"); a window
    may end at "24:00", or on the next day by ending before it begins. `holidays` have no window that
    begins on them; `working_days` have those of the first weekday that has any, and win over holidays.

    Raises ValueError for an unknown time zone, a window that is none, or a week without work.
    """

    timezone: str
    weekly: Mapping[int, Windows]
    holidays: Collection[dt.date] = ()
    working_days: Collection[dt.date] = ()
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)
    _windows: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)
    _known: list[_Work] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        try:
            zone = ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"There is no time zone named {self.timezone!r}.") from error
        if not set(self.weekly) <= set(range(7)):
            raise ValueError("Weekdays are numbered from 0, Monday, to 6, Sunday.")
        windows = tuple(tuple(_window(*window) for window in self.weekly.get(day, ())) for day in range(7))
        if not any(windows):
            raise ValueError("The calendar has no working time: nothing would ever become due.")
        for name, value in (
            ("holidays", frozenset(self.holidays)),
            ("working_days", frozenset(self.working_days)),
            ("_zone", zone),
            ("_windows", windows),
        ):
            object.__setattr__(self, name, value)

    def __hash__(self) -> int:
        return hash((self.timezone, self._windows, self.holidays, self.working_days))

    def windows_of(self, day: dt.date) -> tuple[tuple[int, int], ...]:
        """The windows that begin on a local day, in minutes since its midnight."""
        if day in self.working_days:
            return next(windows for windows in self._windows if windows)
        return () if day in self.holidays else self._windows[day.weekday()]

    def _stretches(self, first: dt.date, last: dt.date) -> Iterator[tuple[int, int]]:
        """Begin and end of every window of these days; what overlaps or touches is one."""
        found = sorted(
            (_opening(day, begin, self._zone), _closing(day, end, self._zone))
            for number in range((last - first).days + 1)
            for day in [first + number * DAY]
            for begin, end in self.windows_of(day)
        )
        return _united((begin, end) for begin, end in found)

    def _work(self, first: dt.date, last: dt.date) -> _Work:
        """What is known of these days, expanded when they reach beyond what is known."""
        if self._known and self._known[0].first <= first and last <= self._known[0].last:
            return self._known[0]
        if self._known:
            first, last = min(first, self._known[0].first), max(last, self._known[0].last)
        # A day more at either end, for windows over midnight.
        stretches = list(self._stretches(first - DAY, last + DAY))
        begins, ends = [begin for begin, _ in stretches], [end for _, end in stretches]
        lengths = (end - begin for begin, end in stretches)
        work = _Work(first, last, begins, ends, list(accumulate(lengths, initial=0)))
        # One assignment: another thread sees the old list or the new one.
        self._known[:] = [work]
        return work

    def _span(self, *moments: dt.datetime, ahead: dt.timedelta = AHEAD) -> _Work:
        days = [moment.astimezone(self._zone).date() for moment in moments]
        return self._work(min(days) - AHEAD, max(days) + ahead)


def working_time_between(
    start: dt.datetime, end: dt.datetime, calendar: WorkCalendar, pauses: Iterable[Pause] = ()
) -> dt.timedelta:
    """The working time of [start, end) outside of the pauses; an open pause lasts.

    Raises ValueError for a moment without a time zone, and for an end before its start.

    >>> calendar = WorkCalendar("Asia/Shanghai", {0: [("09:00", "12:00"), ("13:30", "18:00")]})
    >>> monday = dt.datetime(2026, 3, 2, 11, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> working_time_between(monday, monday + dt.timedelta(hours=3), calendar)
    datetime.timedelta(seconds=5400)
    """
    begin, close = _instant(start), _instant(end)
    if close < begin:
        raise ValueError("The end must not be before the start.")
    work = calendar._span(start, end)
    done = _done(work, close) - _done(work, begin)
    for pause_begin, pause_end in _clipped(pauses, begin, close):
        done -= _done(work, pause_end) - _done(work, pause_begin)
    return done * MICROSECOND


def due_at(
    start: dt.datetime, target: dt.timedelta, calendar: WorkCalendar, pauses: Iterable[Pause] = ()
) -> dt.datetime | None:
    """When `target` of working time will have passed since `start`, outside of the pauses.

    The earliest such moment: a deadline that falls on closing time stays there. A target of 0 is
    due at the start. None while an open pause stands in the way. In the zone of `start`.

    >>> calendar = WorkCalendar("Asia/Shanghai", {day: [("09:00", "18:00")] for day in range(5)},
    ...     working_days=[dt.date(2026, 2, 14)])
    >>> friday = dt.datetime(2026, 2, 13, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    >>> due_at(friday, dt.timedelta(hours=4), calendar).isoformat()
    '2026-02-14T12:30:00+08:00'
    """
    now, left = _instant(start), target // MICROSECOND
    if left < 0:
        raise ValueError("The target must not be negative.")
    if left == 0:
        return start
    for begin, end in _merged(pauses, now):
        if begin > now:
            # Before the pause the deadline may be reached already.
            work = calendar._span(start, _moment(begin))
            until_pause = _done(work, begin) - _done(work, now)
            if left <= until_pause:
                break
            left -= until_pause
        if end is None:
            return None
        now = max(now, end)
    return _moment(_after(calendar, now, left)).astimezone(start.tzinfo)


def is_breached(elapsed: dt.timedelta, target: dt.timedelta) -> bool:
    """Whether more than the target has passed; exactly the target is kept.

    >>> is_breached(dt.timedelta(hours=4), dt.timedelta(hours=4))
    False
    """
    return elapsed > target


def _after(calendar: WorkCalendar, now: int, left: int) -> int:
    """The first instant at which `left` of work, which is more than none, is done since `now`."""
    ahead = AHEAD
    while ahead < FURTHEST:
        work = calendar._span(_moment(now), ahead=ahead)
        wanted = _done(work, now) + left
        if wanted <= work.before[-1]:
            # The first stretch that ends with as much done as wanted, or more.
            place = bisect_left(work.before, wanted, lo=1) - 1
            return work.begins[place] + wanted - work.before[place]
        ahead *= 2
    raise ValueError("The target lies more than a hundred years ahead.")


def _done(work: _Work, instant: int) -> int:
    """The work done from the beginning of what is known until this instant."""
    place = bisect_right(work.begins, instant) - 1
    if place < 0:
        return 0
    return work.before[place] + min(instant, work.ends[place]) - work.begins[place]


def _clipped(pauses: Iterable[Pause], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The pauses within [first, last], united; an open one ends at `last`."""
    for begin, end in _merged(pauses, first):
        begin, end = max(begin, first), last if end is None else min(end, last)
        if begin < end:
            yield begin, end


def _merged(pauses: Iterable[Pause], first: int) -> Iterator[tuple[int, int | None]]:
    """The pauses that reach beyond `first`, in order and without overlap; at most the last is open."""
    closed, opened = [], []
    for start, end in pauses:
        if end is None:
            opened.append(_instant(start))
        elif _instant(end) < _instant(start):
            raise ValueError("A pause must not end before it starts.")
        elif _instant(end) > first:
            closed.append((_instant(start), _instant(end)))
    for begin, until in _united(sorted(closed)):
        if opened and begin >= min(opened):
            break
        if opened and until >= min(opened):
            opened.append(begin)
            break
        yield begin, until
    if opened:
        yield min(opened), None


def _united(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Sorted stretches without overlaps and without empty ones."""
    current: tuple[int, int] | None = None
    for begin, end in stretches:
        if end <= begin:
            continue
        if current and begin <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = begin, end
    if current:
        yield current


TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def _window(begin: str, end: str) -> tuple[int, int]:
    """A window in minutes since midnight; its end may lie on the next day.

    >>> _window("09:00", "24:00"), _window("22:00", "06:00")
    ((540, 1440), (1320, 1800))
    """
    opens, closes = _minutes(begin), _minutes(end)
    if opens in (MINUTES_A_DAY, closes):
        raise ValueError(f"From {begin} to {end} is no window of working time.")
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def _minutes(text: str) -> int:
    if not TIME.fullmatch(text):
        raise ValueError(f"{text!r} is not a time between 00:00 and 24:00.")
    return int(text[:2]) * 60 + int(text[3:])


def _opening(day: dt.date, minutes: int, zone: ZoneInfo) -> int:
    """The instant of a local time; of a repeated one the first pass, of a skipped one the change."""
    return _local(day, minutes, zone, fold=0)


def _closing(day: dt.date, minutes: int, zone: ZoneInfo) -> int:
    """The instant of a local time; of a repeated one the second pass, of a skipped one the change."""
    return _local(day, minutes, zone, fold=1)


def _local(day: dt.date, minutes: int, zone: ZoneInfo, fold: int) -> int:
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes)
    given = wall.replace(tzinfo=zone, fold=fold)
    if given.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == wall:
        return _instant(given)
    return _change(_instant(given.replace(fold=1)), _instant(given.replace(fold=0)), zone)


def _change(low: int, high: int, zone: ZoneInfo) -> int:
    """The instant between two at which the clocks are changed."""
    offset = _moment(low).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _moment(middle).astimezone(zone).utcoffset() == offset else (low, middle)
    return high


def _instant(moment: dt.datetime) -> int:
    """Microseconds since 1970."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return (moment - EPOCH) // MICROSECOND


def _moment(instant: int) -> dt.datetime:
    return EPOCH + instant * MICROSECOND
