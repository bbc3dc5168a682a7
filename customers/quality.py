"""How good the data are: how fresh, how complete, and where two sources disagree."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .models import Contact, Customer, Interaction, Opportunity, Order, OrderLine, Product, ServiceContract

# Per kind of record: the column that says when it happened.
DATED: tuple[tuple[type[Model], str], ...] = (
    (Customer, "created_at"),
    (Order, "placed_at"),
    (Contact, "created_at"),
    (Interaction, "occurred_at"),
    (Opportunity, "created_at"),
    (ServiceContract, "created_at"),
)
# What a score or a person at work misses when it is empty.
WANTED: dict[type[Model], tuple[str, ...]] = {
    Customer: (
        "segment", "tier", "stage", "industry", "region", "owner", "phone", "email", "acquired_on",
        "acquisition_channel", "credit_grade", "receivable",
    ),
    Contact: ("title", "email", "phone", "mobile", "language"),
    Order: ("cost", "promised_on", "delivered_at", "customised"),
    OrderLine: ("cost",),
    Product: ("name", "line"),
    Interaction: ("contact", "member", "minutes", "subject"),
    Opportunity: ("amount", "channel", "stage", "product_line", "owner"),
}  # fmt: skip
COMPARED = ("name", "phone", "email", "region", "industry", "segment", "tier")
LISTED = 100


@dataclass(frozen=True)
class Source:
    """What came from one source ('' = entered here): how many rows and when the newest is of."""

    source: str
    kind: str | Promise
    rows: int
    newest: dt.datetime | None


@dataclass(frozen=True)
class Completeness:
    """`filled` of `rows` have the field; `share` is None without rows."""

    kind: str | Promise
    field: str | Promise
    filled: int
    rows: int

    @property
    def share(self) -> float | None:
        return self.filled / self.rows if self.rows else None


@dataclass(frozen=True)
class Contradiction:
    """One field of one customer of which two sources say different things; `now` is what is kept."""

    code: str
    name: str
    field: str | Promise
    said_by: str
    said: str
    now: str


def freshness() -> list[Source]:
    """One row per kind and source, the largest source first."""
    selects = " UNION ALL ".join(
        f"SELECT {place}, external_source, count(*), max({column}) FROM {model._meta.db_table} GROUP BY 2"
        for place, (model, column) in enumerate(DATED)
    )
    rows = _rows(f"SELECT * FROM ({selects}) AS s ORDER BY 1, 3 DESC")
    return [Source(source, DATED[place][0]._meta.verbose_name_plural or "", n, at) for place, source, n, at in rows]


def completeness() -> list[Completeness]:
    """One row per wanted field; one query per table."""
    return [row for model, fields in WANTED.items() for row in _completeness(model, fields)]


def _completeness(model: type[Model], names: tuple[str, ...]) -> list[Completeness]:
    fields = {name: model._meta.get_field(name) for name in names}
    filled = {name: Count("pk", filter=~_empty(name, fields[name])) for name in names}
    found = model._default_manager.aggregate(rows=Count("pk"), **{f"n_{name}": n for name, n in filled.items()})
    kind = model._meta.verbose_name_plural or ""
    return [Completeness(kind, fields[name].verbose_name, found[f"n_{name}"], found["rows"]) for name in names]  # type: ignore[union-attr]


def _empty(name: str, field: Any) -> Q:
    empty = Q(**{f"{name}__isnull": True})
    return empty | Q(**{name: ""}) if field.get_internal_type() in ("CharField", "EmailField") else empty


# What an import of one source found that another had said, and what two merged customers said.
CONTRADICTIONS = """
    SELECT c.code, c.name, field, said_by, said, to_jsonb(c) ->> field AS now FROM (
        SELECT (b ->> 'id')::bigint AS id, b ->> 'external_source' AS said_by, field, b ->> field AS said,
               run.id AS place
        FROM customers_importchange log
        JOIN customers_importrun run ON run.id = log.run_id AND run.status = 'done',
             jsonb_array_elements(log.befores) AS b, unnest(%(fields)s::text[]) AS field
        WHERE log.target = 'customer' AND log.befores IS NOT NULL
          AND b ->> 'external_source' <> COALESCE(run.options ->> 'source', '')
        UNION ALL
        SELECT m.kept_id, m.removed ->> 'external_source', field, m.removed ->> field, 0
        FROM customers_customermerge m, unnest(%(fields)s::text[]) AS field WHERE m.undone_at IS NULL
    ) AS told
    JOIN customers_customer c USING (id)
    WHERE said <> '' AND to_jsonb(c) ->> field <> '' AND said <> to_jsonb(c) ->> field
    ORDER BY place DESC, c.code, field LIMIT %(limit)s
"""


def contradictions(limit: int = LISTED) -> list[Contradiction]:
    """Where an import overwrote what another source had said, or two merged customers disagreed."""
    rows = _rows(CONTRADICTIONS, {"fields": list(COMPARED), "limit": limit})
    labels = {name: Customer._meta.get_field(name).verbose_name for name in COMPARED}  # type: ignore[union-attr]
    return [Contradiction(code, name, labels[field], *rest) for code, name, field, *rest in rows]


def export_rows() -> Iterator[list[object]]:
    """What the page shows, one under the other: sources, fields, contradictions."""
    yield [_("What"), _("Record"), _("Field or source"), _("Filled or now"), _("Of or said"), _("Newest or said by")]
    for source in freshness():
        yield [
            _("source"),
            str(source.kind),
            source.source or _("entered here"),
            source.rows,
            None,
            str(source.newest or ""),
        ]
    for row in completeness():
        yield [_("completeness"), str(row.kind), str(row.field), row.filled, row.rows, None]
    for told in contradictions():
        yield [_("contradiction"), f"{told.code} {told.name}", str(told.field), told.now, told.said, told.said_by]


def _rows(query: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
