"""Returns, and the purchase each belongs to.

A return goes to the customer's latest earlier purchase of the product that still has as many
units; if none has, to the latest earlier one; without any it is rejected. A return known from
an earlier import stays where it is.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from .sql import next_id, run, temp_table
from .staging import Job
from .upsert import upsert

COLUMNS = ("line_id", "customer_id", "external_source", "number", "quantity", "amount", "returned_at", "extra")

KNOWN = """
    SELECT b.*, r.id AS found, CASE WHEN x.product_id = b.product_id THEN r.line_id END AS line_id
    FROM import_back b
    LEFT JOIN customers_return r ON r.external_source = %(source)s AND r.number = b.number
    LEFT JOIN customers_orderline x ON x.id = r.line_id AND x.customer_id = b.customer_id
"""

STORED = """
    SELECT x.customer_id, x.product_id, o.placed_at AS at, 0 AS is_need, x.id, o.number::text AS order_number,
           x.quantity - COALESCE((SELECT sum(r.quantity) FROM customers_return r WHERE r.line_id = x.id), 0) AS units
    FROM customers_orderline x JOIN customers_order o ON o.id = x.order_id
    WHERE o.cancelled_at IS NULL
      AND (x.customer_id, x.product_id) IN (SELECT customer_id, product_id FROM import_needs)
"""

IN_FILE = """
    SELECT l.customer_id, l.product_id, o.placed_at, 0, l.id, o.number::text,
           l.quantity - COALESCE((SELECT sum(r.quantity) FROM customers_return r WHERE r.line_id = l.found), 0)
    FROM import_order_lines l JOIN import_orders o ON o.id = l.order_id
    WHERE o.cancelled_at IS NULL
      AND (l.customer_id, l.product_id) IN (SELECT customer_id, product_id FROM import_needs)
"""

NEEDS = "SELECT customer_id, product_id, returned_at, 1, line, order_number, quantity FROM import_needs"

RETURNS = """
    SELECT p.*, p.found IS NULL AS is_new, p.found IS NOT NULL AND ({differs}) AS differs,
           CASE WHEN p.found IS NULL THEN 'created' WHEN {differs} THEN 'updated' ELSE 'unchanged' END AS outcome
    FROM (
        SELECT k.line, k.file_money, k.found, COALESCE(k.found, {next_id}) AS id,
               COALESCE(k.line_id, a.line_id) AS line_id, k.customer_id, %(source)s AS external_source,
               k.number, k.quantity, k.amount, k.returned_at, k.extra
        FROM import_known_returns k LEFT JOIN import_allocations a ON a.line = k.line
        WHERE COALESCE(k.line_id, a.line_id) IS NOT NULL
    ) AS p
    LEFT JOIN customers_return t ON t.id = p.found
"""


def prepare(cursor: Any, job: Job, *, also_from_file: bool) -> None:
    """`import_returns` from `import_back`; lines that find no purchase are rejected."""
    source = {"source": job.options.source}
    temp_table(cursor, "import_known_returns", KNOWN, source)
    temp_table(cursor, "import_needs", "SELECT * FROM import_known_returns WHERE line_id IS NULL")
    _allocate(cursor, also_from_file)
    columns = ("line_id", "quantity", "amount", "returned_at", *(["extra"] if job.unknown else []))
    differs = "({}) IS DISTINCT FROM ({})".format(
        ", ".join(f"p.{column}" for column in columns), ", ".join(f"t.{column}" for column in columns)
    )
    temp_table(cursor, "import_returns", RETURNS.format(differs=differs, next_id=next_id("customers_return")), source)
    run(cursor, """
        UPDATE import_lines l SET reason = 'no_earlier_purchase'
        FROM import_back b WHERE b.line = l.line AND l.line NOT IN (SELECT line FROM import_returns)
    """)  # fmt: skip


def _allocate(cursor: Any, also_from_file: bool) -> None:
    """`import_allocations`: which order line each needy return belongs to.

    Units are used up one return after the other, so this is a walk and no set operation;
    the events stream in order, and memory holds one customer's purchases of one product.
    """
    stored = STORED
    if also_from_file:
        stored += " AND x.id NOT IN (SELECT found FROM import_order_lines WHERE found IS NOT NULL)"
    parts = [stored, *([IN_FILE] if also_from_file else []), NEEDS]
    events = f"{' UNION ALL '.join(parts)} ORDER BY 1, 2, 3, 4, 5"
    cursor.execute("CREATE TEMP TABLE import_allocations (line bigint, line_id bigint) ON COMMIT DROP")
    with cursor.cursor.connection.cursor(name="import_events") as streamed:
        streamed.itersize = 10_000
        streamed.execute(events)
        matches = list(allocate(streamed))
    with cursor.cursor.copy("COPY import_allocations FROM STDIN") as copy:
        for match in matches:
            copy.write_row(match)
    cursor.execute("ANALYZE import_allocations")


def allocate(events: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int]]:
    """(line of the return, order line) for events of purchases (0) and returns (1) in order.

    >>> p1, p2 = (1, 1, 10, 0, 501, "A", 5), (1, 1, 20, 0, 502, "B", 2)
    >>> list(allocate([p1, p2, (1, 1, 30, 1, 7, None, 4), (1, 1, 31, 1, 8, None, 2)]))
    [(7, 501), (8, 502)]
    """
    for _pair, happened in itertools.groupby(events, key=lambda event: event[:2]):
        purchases: list[list[Any]] = []
        for _customer, _product, _at, is_need, number, order_number, units in happened:
            if not is_need:
                purchases.append([number, order_number, units])
            elif purchase := _latest(purchases, order_number, units):
                purchase[2] -= units
                yield number, purchase[0]


def _latest(purchases: list[list[Any]], order_number: str | None, units: int) -> list[Any] | None:
    candidates = [p for p in reversed(purchases) if order_number in (None, p[1])]
    return next((p for p in candidates if p[2] >= units), candidates[0] if candidates else None)


def write(cursor: Any) -> None:
    upsert(cursor, "return", "import_returns", COLUMNS, ("line_id", "quantity", "amount", "returned_at", "extra"))
