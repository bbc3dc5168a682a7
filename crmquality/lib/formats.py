"""Numbers, money and dates as the reader writes them. No data is a dash, never 0."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from django.utils.translation import get_language, gettext, to_locale

DASH = "–"
MINUS = "−"


@lru_cache
def _known(language: str) -> Locale:
    return Locale.parse(to_locale(language))


# Patterns and days recur all over a list; reading a pattern costs more than applying it.
_pattern = lru_cache(numbers.parse_pattern)


@lru_cache(1000)
def _day(value: dt.date, language: str) -> str:
    return dates.format_date(value, "medium", locale=_known(language))


def locale() -> Locale:
    return _known(get_language() or "en")


def decimal(value: float | None, places: int = 1) -> str:
    """A number with at most `places` decimals.

    >>> decimal(1234.50), decimal(3.0), decimal(None)
    ('1,234.5', '3', '–')
    """
    return _formatted(value, places, "#")


def fixed(value: float | None, places: int = 1) -> str:
    """A number with exactly `places` decimals, so that columns line up.

    >>> fixed(72)
    '72.0'
    """
    return _formatted(value, places, "0")


def p_value(value: float) -> str:
    """A probability with its name; a very small one has no digits.

    >>> p_value(0.0234), p_value(2e-9)
    ('p = 0.023', 'p < 0.001')
    """
    return f"p < {fixed(0.001, 3)}" if value < 0.001 else f"p = {fixed(value, 3)}"


def _formatted(value: float | None, places: int, digit: str) -> str:
    if value is None:
        return DASH
    pattern = "#,##0" + ("." + digit * places if places else "")
    return _pattern(pattern).apply(value, locale()).replace("-", MINUS)


def signed(value: float | None, places: int = 1) -> str:
    """A change, always with its sign; what rounds to nothing has none.

    >>> signed(2.04), signed(-2.04), signed(0.01)
    ('+2.0', '−2.0', '0.0')
    """
    if value is None:
        return DASH
    size = fixed(abs(value), places)
    if size == fixed(0, places):
        return size
    return ("+" if value > 0 else MINUS) + size


def percent(share: float | None, places: int = 0) -> str:
    """A share of 0 to 1 in percent.

    >>> percent(0.725), percent(0.725, 1)
    ('72%', '72.5%')
    """
    if share is None:
        return DASH
    pattern = "#,##0" + ("." + "#" * places if places else "") + "%"
    return _pattern(pattern).apply(share, locale()).replace("-", MINUS)


def money(minor: float | None, currency: str) -> str:
    """An amount in minor units as money.

    >>> money(123456, "GBP")
    '£1,234.56'
    """
    if minor is None:
        return DASH
    whole = minor / 10 ** numbers.get_currency_precision(currency)
    # A minus like that of every other number.
    return numbers.format_currency(whole, currency, locale=locale()).replace("-", MINUS)


def day(value: dt.date | None) -> str:
    return _day(value, get_language() or "en") if value else DASH


def local_day(value: dt.datetime | None, zone: ZoneInfo) -> str:
    """The local calendar date of an instant."""
    return day(value.astimezone(zone).date()) if value else DASH


def moment(value: dt.datetime | None, zone: ZoneInfo | None = None) -> str:
    """Date and time in `zone`, the organisation's."""
    if value is None:
        return DASH
    local = value.astimezone(zone or dt.UTC)
    return f"{day(local.date())} {dates.format_time(local.time(), 'short', locale=locale())}"


def since(value: dt.datetime, now: dt.datetime, zone: dt.tzinfo = dt.UTC) -> str:
    """How long before (or after) `now`; from 24 hours on in days of the calendar in `zone`.

    >>> now = dt.datetime(2025, 7, 4, 12, tzinfo=dt.UTC)
    >>> [since(dt.datetime(2025, 7, day, 18, tzinfo=dt.UTC), now) for day in (1, 3, 4, 7)]
    ['3 days ago', '18 hours ago', 'in 6 hours', 'in 3 days']
    """
    if abs(value - now) >= dt.timedelta(days=1):
        return days_since(value.astimezone(zone).date(), now.astimezone(zone).date())
    return dates.format_timedelta(value - now, threshold=1, add_direction=True, locale=locale())


def days_since(day: dt.date, today: dt.date) -> str:
    """How many days before (or after) today.

    >>> today = dt.date(2025, 7, 1)
    >>> [days_since(dt.date(2025, month, 1), today) for month in (6, 7, 8)]
    ['4 weeks ago', 'today', 'in 4 weeks']
    """
    if day == today:
        return gettext("today")
    return dates.format_timedelta(day - today, granularity="day", threshold=2, add_direction=True, locale=locale())
