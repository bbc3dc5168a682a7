"""Everything that happened with one customer, newest first, out of many tables by one statement.

Each part of the timeline is one table's rows. Every part gives at most a page, from its index;
the union decides which of them are shown, and only those are read in full.
"""

import base64
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.functional import Promise

from crmquality.lib.text import normalised


@dataclass(frozen=True)
class Telling:
    """A row in words: what in one line, who, how it stands, and all of it.

    Its own icon and label, if it has them; `is_day`: nobody knows the hour.
    """

    summary: str
    who: str = ""
    badge: str = ""
    tone: str = "secondary"
    body: str = ""
    url: str = ""
    icon: str = ""
    label: str = ""
    is_day: bool = False


@dataclass(frozen=True)
class Kind:
    """What readers filter by; several parts may be of one kind."""

    name: str
    label: Promise | str
    icon: str


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened, `label` in a word; `is_day`: nobody knows the hour."""

    kind: Kind
    label: Promise | str
    at: dt.datetime
    is_day: bool
    told: Telling

    @property
    def icon(self) -> str:
        return self.told.icon or self.kind.icon


@dataclass(frozen=True)
class Part:
    """One table's rows. `day` or `at` is the column (or SQL) that dates them, `texts` are the columns
    that are searched, `tell` puts the rows of these keys into words."""

    name: str
    kind: Kind
    label: Promise | str
    table: str
    tell: Callable[[Sequence[int]], Mapping[int, Telling]]
    at: str = ""
    day: str = ""
    texts: tuple[str, ...] = ()
    where: str = ""
    customer: str = "customer_id"

    @property
    def moment(self) -> str:
        return self.at or f"({self.day}::timestamp AT TIME ZONE %(zone)s)"


@dataclass(frozen=True)
class Place:
    """Where a reader is: the moment, part and key of the last item seen."""

    at: dt.datetime
    part: str
    id: int

    def encode(self) -> str:
        text = json.dumps([self.at.isoformat(), self.part, self.id])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Place | None":
        """The place in `text`; None when it is none, as people do edit addresses."""
        try:
            at, part, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            moment = dt.datetime.fromisoformat(at)
            return cls(moment, str(part), int(key)) if moment.tzinfo else None
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True)
class TimelinePage:
    """Items, newest first, and the place to go on from ('': that was all)."""

    items: list[TimelineItem]
    next: str


def read(
    parts: Iterable[Part],
    customer: int,
    zone: ZoneInfo,
    place: Place | None = None,
    text: str = "",
    size: int = 30,
) -> TimelinePage:
    """The `size` items of these parts after `place`, those that contain `text`."""
    by_name = {part.name: part for part in parts}
    if not by_name:
        return TimelinePage([], "")
    rows = _rows(by_name, customer, zone, place, normalised(text), size + 1)
    shown = rows[:size]
    last = Place(*shown[-1]).encode() if len(rows) > size else ""
    return TimelinePage(_items(by_name, shown), last)


def _rows(
    parts: Mapping[str, Part], customer: int, zone: ZoneInfo, place: Place | None, text: str, limit: int
) -> list[tuple[dt.datetime, str, int]]:
    params: dict[str, Any] = {"customer": customer, "zone": zone.key, "limit": limit, "text": text}
    if place:
        params |= {"at": place.at, "part": place.part, "id": place.id, "day": place.at.astimezone(zone).date()}
    selects = " UNION ALL ".join(f"({_select(part, place, text)})" for part in parts.values())
    sql = f"SELECT at, part, id FROM ({selects}) AS parts ORDER BY at DESC, part DESC, id DESC LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _select(part: Part, place: Place | None, text: str) -> str:
    conditions = [f"{part.customer} = %(customer)s", *([part.where] if part.where else [])]
    if place:
        # The first condition is implied; it gives the index a place to start from.
        conditions.append(f"{part.day} <= %(day)s" if part.day else f"{part.at} <= %(at)s")
        conditions.append(f"({part.moment}, '{part.name}'::text, id) < (%(at)s, %(part)s, %(id)s)")
    if text:
        conditions.append(_contains(part.texts))
    return f"""
        SELECT {part.moment} AS at, '{part.name}'::text AS part, id FROM {part.table}
        WHERE {" AND ".join(conditions)} ORDER BY {part.day or part.at} DESC, id DESC LIMIT %(limit)s"""


def _contains(columns: Sequence[str]) -> str:
    """Does one of the columns, as `lib.text.normalised` has it, contain the text?"""
    if not columns:
        return "false"
    text = " || ' ' || ".join(f"COALESCE({column}, '')" for column in columns)
    # Asking whether there is anything to normalise takes a quarter of the time of doing it.
    normal = f"CASE WHEN ({text}) IS NFKC NORMALIZED THEN {text} ELSE normalize({text}, NFKC) END"
    return f"strpos(lower({normal}), %(text)s) > 0"


def _items(parts: Mapping[str, Part], rows: Sequence[tuple[dt.datetime, str, int]]) -> list[TimelineItem]:
    keys: dict[str, list[int]] = defaultdict(list)
    for _at, name, key in rows:
        keys[name].append(key)
    told = {name: parts[name].tell(found) for name, found in keys.items()}
    return [
        TimelineItem(part.kind, telling.label or part.label, at, bool(part.day) or telling.is_day, telling)
        for at, name, key in rows
        for part, telling in [(parts[name], told[name].get(key))]
        if telling
    ]
