"""Paging by where one is, not by counting: page 2,000 costs what page 1 costs.

A cursor in the URL says after (or before) which row to go on: the value it is sorted by and
its id. Rows without a value come last, ordered by id.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Order:
    """Rows by `field`, ties by id; `parse` reads the value back from a cursor."""

    field: str
    is_descending: bool = False
    is_nullable: bool = False
    parse: Callable[[Any], Any] = str

    def value_of(self, row: Model) -> Any:
        value: Any = row
        for name in self.field.split("__"):
            value = getattr(value, name, None)
        return value


@dataclass(frozen=True)
class Cursor:
    """A row's place: its value (None: it has none) and id; `is_back`: the page before it."""

    value: Any
    id: int
    is_back: bool = False

    def encode(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, dt.date) else self.value
        text = json.dumps([value, self.id], ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(text).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, order: Order, is_back: bool) -> "Cursor | None":
        """The cursor in `text`; None when it is none, as people do edit addresses."""
        try:
            value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(None if value is None else order.parse(value), int(key), is_back)
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows, and the query strings of the pages before and after ('' where there is none)."""

    rows: list[Row]
    previous: str
    next: str


def page_asked_for(queryset: QuerySet[Row], order: Order, asked: QueryDict, size: int, prefix: str = "") -> Page[Row]:
    """The page that the address asks for by `after` or `before`; its links keep the rest of it."""
    after, before = asked.get(f"{prefix}after", ""), asked.get(f"{prefix}before", "")
    cursor = Cursor.decode(after or before, order, is_back=not after)
    found = page(queryset, order, cursor, size)

    def link(name: str, mark: str) -> str:
        query = asked.copy()
        query.pop(f"{prefix}after", None)
        query.pop(f"{prefix}before", None)
        query[f"{prefix}{name}"] = mark
        return query.urlencode() if mark else ""

    return Page(found.rows, link("before", found.previous), link("after", found.next))


def page(queryset: QuerySet[Row], order: Order, cursor: Cursor | None, size: int) -> Page[Row]:
    """The `size` rows at the cursor; `previous` and `next` are cursors."""
    is_back = bool(cursor and cursor.is_back)
    rows: list[Row] = []
    for is_null in _parts(order, cursor, is_back):
        part = _part(queryset, order, cursor, is_null, is_back)
        rows += part[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    has_more = len(rows) > size
    rows = rows[:size][::-1] if is_back else rows[:size]
    has_before = has_more if is_back else cursor is not None
    has_after = True if is_back else has_more
    return Page(
        rows=rows,
        previous=_cursor_of(rows[0], order) if rows and has_before else "",
        next=_cursor_of(rows[-1], order) if rows and has_after else "",
    )


def _cursor_of(row: Model, order: Order) -> str:
    return Cursor(order.value_of(row), row.pk).encode()


def _parts(order: Order, cursor: Cursor | None, is_back: bool) -> list[bool]:
    """Which halves to read, in order: rows with a value (False), rows without (True)."""
    parts = [False, True] if order.is_nullable else [False]
    if cursor and order.is_nullable and (cursor.value is None) != is_back:
        parts = [cursor.value is None]
    return parts[::-1] if is_back else parts


def _part(queryset: QuerySet[Row], order: Order, cursor: Cursor | None, is_null: bool, is_back: bool) -> QuerySet[Row]:
    falls = (order.is_descending and not is_null) != is_back
    sign = "-" if falls else ""
    if order.is_nullable:
        queryset = queryset.filter(**{f"{order.field}__isnull": is_null})
    fields = ["pk"] if is_null else [order.field, "pk"]
    queryset = queryset.order_by(*[sign + field for field in fields])
    if cursor is None or (cursor.value is None) != is_null:
        return queryset
    way = "lt" if falls else "gt"
    if is_null:
        return queryset.filter(**{f"pk__{way}": cursor.id})
    beyond = Q(**{f"{order.field}__{way}": cursor.value})
    beside = Q(**{order.field: cursor.value, f"pk__{way}": cursor.id})
    # The first condition is implied; it gives the index a place to start from.
    return queryset.filter(Q(**{f"{order.field}__{way}e": cursor.value}), beyond | beside)
