"""What a column may hold: its type in the database and how a cell becomes a value."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.html import strip_tags

from crmquality.lib.money import is_currency, parse_amount, parse_count
from crmquality.lib.text import normalised

from .dates import is_epoch, parse_date, parse_moment
from .options import OTHERWISE, ImportOptions
from .words import (
    CHANNELS,
    CUSTOMER_KINDS,
    DIRECTIONS,
    FOLLOW_UP_KINDS,
    FOLLOW_UP_STATES,
    INTERACTION_KINDS,
    OPPORTUNITY_KINDS,
    ROLES,
    SEVERAL,
    STAGES,
    STATUSES,
    WIN_BACKS,
    Words,
    meant,
    outcome_meant,
)

ROUNDED = re.compile(r"\d(\.\d+)?e\+\d{2}", re.I)
TAG = re.compile(
    r"</?(?:p|br|div|span|b|i|u|strong|em|ul|ol|li|a|font|table|t[rdh]|h[1-6]|img|blockquote)\b[^<>]*>", re.I
)
LINE_TAG = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|tr|h[1-6]|blockquote)>", re.I)
YES = {"1", "y", "yes", "true", "t", "是", "有", "√"}
MONTH = re.compile(r"((?:19|20|21)\d{2})\s*[-/.年]?\s*(\d{1,2})月?")
NO = {"0", "n", "no", "false", "f", "否", "无", "無", "×"}


@dataclass(frozen=True)
class Reading:
    """What a cell's meaning depends on besides the cell. `words`: field -> cell -> what it stands for."""

    zone: ZoneInfo
    date_order: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def word(self, name: str, cell: str) -> str:
        """The cell, or what the user said that it stands for."""
        own = self.words.get(name)
        return own.get(normalised(cell), cell) if own else cell

    def otherwise(self, name: str) -> str | None:
        """What a cell stands for that is not understood; None: nothing, the line is rejected."""
        return self.words.get(name, {}).get(OTHERWISE)


@dataclass(frozen=True)
class Type:
    """`parse` raises ValueError for a cell that is none of this type."""

    sql: str
    parse: Callable[[str, Reading], Any]
    is_date: bool = False


def _text(cell: str, _reading: Reading) -> str:
    return cell


def _currency(cell: str, _reading: Reading) -> str:
    code = cell.upper()
    if not is_currency(code):
        raise ValueError("not a currency")
    return code


def _tier(cell: str, _reading: Reading) -> str:
    tier = normalised(cell).upper().removesuffix("级").removesuffix("級").strip()
    if tier not in ("A", "B", "C", "D"):
        raise ValueError("not a tier")
    return tier


def _yes_no(cell: str, _reading: Reading) -> bool:
    word = normalised(cell)
    if word in YES | NO:
        return word in YES
    raise ValueError("neither yes nor no")


def one_of(words: Words) -> Callable[[str, Reading], str]:
    """Reads a cell as one of these words."""
    return lambda cell, _reading: meant(words, cell)


class Rounded(ValueError):
    """A long number that a spreadsheet keeps the first digits of: many ids become one."""


def _key(cell: str, _reading: Reading) -> str:
    """An id, without the mark that Zoho puts before it in some exports and leaves out in others."""
    if ROUNDED.fullmatch(cell):
        raise Rounded(cell)
    return cell.removeprefix("zcrm_")


def _prose(cell: str, _reading: Reading) -> str:
    """Text of several lines; HTML, as notes from web editors have it, becomes plain."""
    if TAG.search(cell):
        cell = unescape(strip_tags(LINE_TAG.sub("\n", cell)))
    return cell.replace("\r\n", "\n").replace("\xa0", " ").strip()


def _email(cell: str, _reading: Reading) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise ValueError("not an e-mail address") from None
    return cell


def _seconds(cell: str, _reading: Reading) -> int:
    """Seconds from "330", "05:30" or "1:02:03"."""
    if ":" not in cell:
        return parse_count(cell)
    seconds = 0
    for part in cell.split(":"):
        seconds = seconds * 60 + parse_count(part or "0")
    return seconds


def _date(cell: str, reading: Reading) -> dt.date:
    if is_epoch(cell):
        return _moment(cell, reading).astimezone(reading.zone).date()
    return parse_date(cell, reading.date_order)


def _month(cell: str, reading: Reading) -> dt.date:
    """The first day of the month."""
    if match := MONTH.fullmatch(normalised(cell)):
        return dt.date(int(match[1]), int(match[2]), 1)
    return _date(cell, reading).replace(day=1)


def _time(cell: str, _reading: Reading) -> dt.time:
    hour, _colon, minute = normalised(cell).partition(":")
    return dt.time(int(hour), int(minute[:2]))


def _channels(cell: str, _reading: Reading) -> str:
    """An array as COPY writes it."""
    parts = [part for part in SEVERAL.split(normalised(cell)) if part.strip()]
    return "{" + ",".join(dict.fromkeys(meant(CHANNELS, part) for part in parts)) + "}"


def _moment(cell: str, reading: Reading) -> dt.datetime:
    return parse_moment(cell, reading.zone, reading.date_order)


# "C" order: keys are compared byte by byte, which sorts several times faster.
TEXT_SQL = 'text COLLATE "C"'
TYPES = {
    "text": Type(TEXT_SQL, _text),
    "prose": Type(TEXT_SQL, _prose),
    "count": Type("bigint", lambda cell, _reading: parse_count(cell)),
    "money": Type("numeric", lambda cell, _reading: parse_amount(cell)),
    "rate": Type("numeric", lambda cell, _reading: parse_amount(cell)),
    "moment": Type("timestamptz", _moment, is_date=True),
    "date": Type("date", _date, is_date=True),
    "month": Type("date", _month, is_date=True),
    "time": Type("time", _time),
    "seconds": Type("bigint", _seconds),
    "key": Type(TEXT_SQL, _key),
    "email": Type(TEXT_SQL, _email),
    "channels": Type("text[]", _channels),
    "yes_no": Type("boolean", _yes_no),
    "currency": Type(TEXT_SQL, _currency),
    "tier": Type(TEXT_SQL, _tier),
    "customer_kind": Type(TEXT_SQL, one_of(CUSTOMER_KINDS)),
    "stage": Type(TEXT_SQL, one_of(STAGES)),
    "status": Type(TEXT_SQL, one_of(STATUSES)),
    "role": Type(TEXT_SQL, one_of(ROLES)),
    "channel": Type(TEXT_SQL, one_of(CHANNELS)),
    "direction": Type(TEXT_SQL, one_of(DIRECTIONS)),
    "interaction_kind": Type(TEXT_SQL, one_of(INTERACTION_KINDS)),
    "follow_up_kind": Type(TEXT_SQL, one_of(FOLLOW_UP_KINDS)),
    "follow_up_state": Type(TEXT_SQL, one_of(FOLLOW_UP_STATES)),
    "opportunity_kind": Type(TEXT_SQL, one_of(OPPORTUNITY_KINDS)),
    "outcome": Type(TEXT_SQL, lambda cell, _reading: outcome_meant(cell)),
    "win_back": Type(TEXT_SQL, one_of(WIN_BACKS)),
}


@dataclass(frozen=True)
class Field:
    """One thing a file of some kind can tell, and the headers it is found under."""

    name: str
    label: str | Promise
    type: str = "text"
    required: bool = False
    max_length: int = 0
    synonyms: tuple[str, ...] = ()
    # Read from this other field's column where the file has none of its own.
    follows: str = ""

    @property
    def sql(self) -> str:
        return TYPES[self.type].sql

    @property
    def is_date(self) -> bool:
        return TYPES[self.type].is_date

    @property
    def is_text(self) -> bool:
        """Is a cell taken as it is?"""
        return self.type == "text"

    def parse(self, cell: str, reading: Reading) -> Any:
        return TYPES[self.type].parse(cell, reading)


@dataclass(frozen=True)
class Kind:
    """What one kind of file can tell.

    `one_of`: of each of these groups the file must have a column. `stand_ins`: a required field
    may be missing where the other is there. `lenient`: fields in which a name that nobody here has
    is left empty, listed, and kept with the row, whatever the rules say. `further`: fields that
    depend on what the file is about. `is_of_somebody`: is a line without a customer rejected?
    """

    name: str
    label: str | Promise
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    stand_ins: tuple[tuple[str, str], ...] = ()
    lenient: tuple[str, ...] = ()
    further: Callable[[ImportOptions], tuple[Field, ...]] | None = None
    is_of_somebody: bool = True

    def __str__(self) -> str:
        return self.name

    def under(self, options: ImportOptions) -> "Kind":
        """With all the fields that a file read with these options can tell; raises ImportRefused if they don't say."""
        return replace(self, fields=(*self.fields, *self.further(options))) if self.further else self

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    def has(self, name: str) -> bool:
        return any(field.name == name for field in self.fields)
