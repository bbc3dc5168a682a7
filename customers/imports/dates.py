"""Dates and times as files write them.

Year-first, Chinese, named months and Excel's day numbers read in one way only. Day and month
in figures (3/4/2011) read in two: the column decides by a value above 12, or the user does.
Nothing is guessed.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from zoneinfo import ZoneInfo

YEAR_FIRST = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年\s*(\d{1,2})月\s*(\d{1,2})日?|(\d{2})(\d{2}))(?:[T ]*(.*))?"
)
FIGURES = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+(.*))?")
NAMED = re.compile(r"(?:(\d{1,2})[ -]([a-z]{3,9})\.?|([a-z]{3,9})\.? (\d{1,2}),?)[ -](\d{4})(?:[ ,]+(.*))?", re.I)
# Milliseconds since 1970, as programming interfaces write instants: 2001 to 2033.
EPOCH = re.compile(r"1\d{12}")
EXCEL_DAY = re.compile(r"(\d{5})(\.\d+)?")
CLOCK = re.compile(
    r"(?P<before>上午|下午)? ?(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r" ?(?P<after>am|pm|上午|下午)?(?: ?(?P<zone>z|utc|[+-]\d{2}:?\d{2}))?",
    re.I,
)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
EXCEL_EPOCH = dt.datetime(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2200
DMY, MDY = "dmy", "mdy"


class Ambiguous(Exception):
    """Day and month in figures, and nobody has said which comes first."""


def order_shown_by(values: Iterable[str]) -> set[str]:
    """Which orders of day and month the values prove; empty: both remain possible."""
    shown = set()
    for value in values:
        if match := FIGURES.fullmatch(_plain(value)):
            if int(match[1]) > 12:
                shown.add(DMY)
            if int(match[3]) > 12:
                shown.add(MDY)
    return shown


def parse_moment(text: str, zone: ZoneInfo, order: str = "") -> dt.datetime:
    """The instant in UTC; a time without zone is local time in `zone`, a date its midnight.

    An hour that a clock change repeats is its first pass; one that it skips is read with the
    offset before the change, so that 01:30 on that night becomes 02:30.
    """
    local = _iso(text)
    if local is None:
        day, clock, offset = _parts(text, order)
        local = dt.datetime.combine(day, clock, tzinfo=offset)
    return (local if local.tzinfo else local.replace(tzinfo=zone)).astimezone(dt.UTC)


def _iso(text: str) -> dt.datetime | None:
    """ "2026-01-05 09:30(:00)" by the standard library, ten times as fast; None for anything else."""
    if len(text) not in (16, 19) or text[4:5] != "-" or text[10] not in " T" or not text.isascii():
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR and found.tzinfo is None else None


def is_epoch(text: str) -> bool:
    return bool(EPOCH.fullmatch(_plain(text)))


def parse_date(text: str, order: str = "") -> dt.date:
    return _parts(text, order)[0]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _parts(text: str, order: str) -> tuple[dt.date, dt.time, dt.tzinfo | None]:
    plain = _plain(text)
    if EPOCH.fullmatch(plain):
        moment = dt.datetime.fromtimestamp(int(plain) / 1000, dt.UTC)
        return moment.date(), moment.time(), dt.UTC
    if match := EXCEL_DAY.fullmatch(plain):
        moment = EXCEL_EPOCH + dt.timedelta(seconds=round(float(plain) * 86400))
        return moment.date(), moment.time(), None
    if match := YEAR_FIRST.fullmatch(plain):
        month, day = (int(part) for part in match.groups()[2:8] if part)
        return _dated(int(match[1]), month, day, match[9])
    if match := FIGURES.fullmatch(plain):
        if not order:
            raise Ambiguous(text)
        first, second = int(match[1]), int(match[3])
        day, month = (first, second) if order == DMY else (second, first)
        return _dated(_full_year(match[4]), month, day, match[5])
    if match := NAMED.fullmatch(plain):
        name = (match[2] or match[3])[:3].lower()
        if name in MONTHS:
            return _dated(int(match[5]), MONTHS.index(name) + 1, int(match[1] or match[4]), match[6])
    raise ValueError("not a date")


def _full_year(year: str) -> int:
    """Two figures as POSIX reads them: 69-99 are 19xx."""
    if len(year) == 4:
        return int(year)
    return int(year) + (1900 if int(year) >= 69 else 2000)


def _dated(year: int, month: int, day: int, clock: str | None) -> tuple[dt.date, dt.time, dt.tzinfo | None]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("year out of range")
    date = dt.date(year, month, day)
    if not clock:
        return date, dt.time(), None
    match = CLOCK.fullmatch(clock.strip())
    if not match:
        raise ValueError("not a time")
    hour = int(match["hour"])
    half = (match["before"] or match["after"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half in ("pm", "下午") else 0)
    micro = int((match["part"] or "0").ljust(6, "0")[:6])
    return date, dt.time(hour, int(match["minute"]), int(match["second"] or 0), micro), _offset(match["zone"])


def _offset(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text.lower() in ("z", "utc"):
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return dt.timezone(dt.timedelta(minutes=-minutes if text[0] == "-" else minutes))
