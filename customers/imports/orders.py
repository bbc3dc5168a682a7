"""Order lines: checked, brought together into orders, written.

An orders file makes the customers and products it names and changes none that exist: for that
there are files of their own kind. Columns the file lacks keep what is stored. A file without
product codes brings whole orders, one a line.
"""

from typing import Any

from customers.totals import refresh_totals

from . import returned
from .outcome import Outcome
from .parties import find_customers, find_products, find_unnamed
from .sql import currency_table, next_id, one, run, temp_table
from .staging import Job
from .upsert import upsert

LINES = """
    SELECT line, number, customer, customer_name, region, placed_at, product, product_name, product_line,
           quantity, promised_on, delivered_at, cancelled_at, customised, value_added_service,
           file_money, extra, currency, rate, minor, cost_minor, occurrence, is_return,
           CASE
               WHEN nth > 1 THEN 'exact_duplicate'
               WHEN {has_product} AND product IS NULL THEN 'no_product'
               WHEN minor IS NULL THEN 'no_amount'
               WHEN is_return AND quantity >= 0 THEN 'cancellation_not_negative'
               WHEN NOT is_return AND quantity <= 0 THEN 'quantity_not_positive'
               WHEN minor < 0 AND NOT is_return OR cost_minor < 0 THEN 'amount_negative'
               WHEN abs(minor) > 1e15 OR abs(cost_minor) > 1e15 OR abs(quantity) > 2e9 THEN 'amount_out_of_range'
               WHEN rate IS NULL THEN 'no_rate'
               WHEN rate <= 0 OR rate >= 1e10 THEN 'rate_not_positive'
               WHEN delivered_at < placed_at THEN 'delivered_before_placed'
               WHEN cancelled_at < placed_at THEN 'cancelled_before_placed'
               WHEN cancelled_at IS NOT NULL AND delivered_at IS NOT NULL THEN 'cancelled_and_delivered'
               WHEN NOT {has_product} AND nth_order > 1 THEN 'order_repeated'
           END AS reason
    FROM (
        SELECT s.*, round(COALESCE(s.amount, s.price * s.quantity) * c.factor) AS minor,
               round(s.cost * c.factor) AS cost_minor,
               CASE WHEN c.code = %(home)s THEN 1 ELSE round(s.given_rate * h.factor / c.factor, 8) END AS rate
        FROM (
            SELECT line, number, customer, customer_name, region, placed_at, product, product_name, product_line,
                   COALESCE(quantity, 1) AS quantity, price, amount, cost, promised_on, delivered_at, cancelled_at,
                   customised, value_added_service, file_money, extra, reason AS staged_reason,
                   COALESCE(currency, %(currency)s) AS currency, COALESCE(rate, %(rate)s::numeric) AS given_rate,
                   {is_return} AS is_return, {nth} AS nth, {nth_order} AS nth_order,
                   row_number() OVER (PARTITION BY number, product ORDER BY line) AS occurrence
            FROM import_stage
        ) AS s
        JOIN import_currencies c ON c.code = s.currency
        JOIN import_currencies h ON h.code = %(home)s
        WHERE s.staged_reason IS NULL
    ) AS s
"""

ORDERS = """
    WITH heads AS (
        SELECT number, min(line) AS line, min(placed_at) AS placed_at, max(promised_on) AS promised_on,
               CASE WHEN count(delivered_at) = count(*) THEN max(delivered_at) END AS delivered_at,
               CASE WHEN count(cancelled_at) = count(*) THEN max(cancelled_at) END AS cancelled_at,
               bool_or(customised) AS customised, max(value_added_service) AS value_added_service,
               sum(minor) AS minor, CASE WHEN count(cost_minor) = count(*) THEN sum(cost_minor) END AS cost_minor,
               sum(file_money)::bigint AS file_money
        FROM import_lines WHERE reason IS NULL AND NOT is_return GROUP BY number
    )
    SELECT p.*, COALESCE(p.found, {next_id}) AS id, p.found IS NULL AS is_new,
           CASE WHEN p.found IS NULL THEN 'created' WHEN p.differs THEN 'updated' ELSE 'unchanged' END AS outcome
    FROM (
        SELECT p.*, t.id AS found, t.id IS NOT NULL AND ({differs}) AS differs
        FROM (
            SELECT h.line, h.number, h.file_money, c.id AS customer_id, %(source)s AS external_source, h.placed_at,
                   f.currency, f.rate, round(h.minor * f.rate)::bigint AS amount,
                   round(h.cost_minor * f.rate)::bigint AS cost,
                   h.promised_on, h.delivered_at, h.cancelled_at, h.customised,
                   COALESCE(h.value_added_service, '') AS value_added_service, {extra} AS extra
            FROM heads h
            JOIN import_lines f ON f.line = h.line
            JOIN import_customers c ON c.code = f.customer
        ) AS p
        LEFT JOIN customers_order t ON t.external_source = %(source)s AND t.number = p.number
        ORDER BY p.customer_id, p.placed_at, p.line
    ) AS p
"""

# Sorted before the ids are drawn: rows of a customer lie together, and every index grows at its end.
ORDER_LINES = """
    SELECT p.*, COALESCE(p.found, {next_id}) AS id, p.found IS NULL AS is_new,
           CASE WHEN p.found IS NULL THEN 'created' WHEN p.order_differs OR p.differs THEN 'updated'
                ELSE 'unchanged' END AS outcome
    FROM (
        SELECT p.line, p.file_money, t.id AS found, p.order_id, p.customer_id, p.product_id, p.occurrence,
               p.quantity, p.amount, p.cost, p.extra, p.order_differs, t.id IS NOT NULL AND ({differs}) AS differs
        FROM (
            SELECT l.line, l.file_money, o.id AS order_id, o.customer_id, a.id AS product_id, l.occurrence,
                   l.quantity, l.minor::bigint AS amount, l.cost_minor::bigint AS cost,
                   COALESCE(l.extra, '{{}}') AS extra, o.differs AS order_differs
            FROM import_lines l
            JOIN import_orders o ON o.number = l.number
            JOIN import_products a ON a.code = l.product
            WHERE l.reason IS NULL AND NOT l.is_return
        ) AS p
        LEFT JOIN customers_orderline t
               ON t.order_id = p.order_id AND t.product_id = p.product_id AND t.occurrence = p.occurrence
        ORDER BY p.customer_id, p.order_id, p.line
    ) AS p
"""

BACK = """
    SELECT l.line, l.file_money, l.number || '/' || l.product || '/' || l.occurrence AS number,
           NULL::text AS order_number, c.id AS customer_id, a.id AS product_id,
           -l.quantity AS quantity, round(-l.minor * l.rate)::bigint AS amount, l.placed_at AS returned_at,
           COALESCE(l.extra, '{}') AS extra
    FROM import_lines l
    JOIN import_customers c ON c.code = l.customer
    JOIN import_products a ON a.code = l.product
    WHERE l.reason IS NULL AND l.is_return
"""

HEADER = ("promised_on", "delivered_at", "cancelled_at", "customised", "value_added_service")
ORDER_COLUMNS = (
    "customer_id", "external_source", "number", "placed_at", "currency", "rate", "amount", "cost", *HEADER, "extra",
)  # fmt: skip
LINE_COLUMNS = ("order_id", "customer_id", "product_id", "occurrence", "quantity", "amount", "cost", "extra")


def prepare(cursor: Any, job: Job) -> None:
    """Decide about every line and every row, writing nothing but temporary tables."""
    currency_table(cursor, job)
    find_unnamed(cursor, job)
    _find_lines(cursor, job)
    _reject_other_customers(cursor)
    find_customers(cursor, job)
    find_products(cursor)
    _find_orders(cursor, job)
    _reject_contradictions(cursor, job)
    if job.knows("product"):
        _find_order_lines(cursor, job)
    if job.has_rule("cancellation_is_return"):
        temp_table(cursor, "import_back", BACK)
        returned.prepare(cursor, job, also_from_file=True)
    run(cursor, "DELETE FROM import_customers WHERE is_new AND id NOT IN (SELECT customer_id FROM import_orders)")
    if job.knows("product"):
        run(cursor, """
            DELETE FROM import_products WHERE is_new AND id NOT IN (SELECT product_id FROM import_order_lines)
        """)  # fmt: skip


def _find_lines(cursor: Any, job: Job) -> None:
    # Number and product first: the sort for the occurrence serves this one too.
    by_content = "row_number() OVER (PARTITION BY number, product, row_hash, quantity ORDER BY line)"
    by_order = "row_number() OVER (PARTITION BY number, reason IS NULL ORDER BY line)"
    query = LINES.format(
        has_product="true" if job.knows("product") else "false",
        is_return="number LIKE 'C%%'" if job.has_rule("cancellation_is_return") else "false",
        nth=by_content if job.has_rule("exact_duplicate") else "1",
        nth_order="1" if job.knows("product") else by_order,
    )
    params = {"home": job.home_currency, "currency": job.currency, "rate": job.rate}
    temp_table(cursor, "import_lines", query, params)


def _reject_other_customers(cursor: Any) -> None:
    several = """
        SELECT number FROM import_lines WHERE reason IS NULL GROUP BY number HAVING min(customer) <> max(customer)
    """
    if one(cursor, f"SELECT EXISTS ({several})"):
        run(cursor, f"""
            UPDATE import_lines l SET reason = 'order_of_another_customer'
            FROM (SELECT DISTINCT ON (number) number, customer FROM import_lines
                  WHERE reason IS NULL AND number IN ({several}) ORDER BY number, line) AS first
            WHERE first.number = l.number AND first.customer <> l.customer AND l.reason IS NULL
        """)  # fmt: skip


def _updates(job: Job) -> tuple[str, ...]:
    """The columns of an existing order that this file may change."""
    columns = ["customer_id", "placed_at", *(name for name in HEADER if job.knows(name))]
    if job.knows("currency") or job.options.currency:
        columns += ["currency", "rate"]
    if not job.knows("product"):
        columns += ["amount", *_where(job.knows("cost"), "cost"), *_where(bool(job.unknown), "extra")]
    return tuple(columns)


def _find_orders(cursor: Any, job: Job) -> None:
    query = ORDERS.format(
        differs=_differs(_updates(job)),
        next_id=next_id("customers_order"),
        extra="'{}'::jsonb" if job.knows("product") else "COALESCE(f.extra, '{}')",
    )
    temp_table(cursor, "import_orders", query, {"source": job.options.source}, index="number")


def _differs(columns: tuple[str, ...]) -> str:
    ours = ", ".join(f"p.{column}" for column in columns)
    theirs = ", ".join(f"t.{column}" for column in columns)
    return f"({ours}) IS DISTINCT FROM ({theirs})"


def _reject_contradictions(cursor: Any, job: Job) -> None:
    """Lines of an order whose stored delivery or cancellation would precede the file's order date."""
    delivered = "p.delivered_at" if job.knows("delivered_at") else "t.delivered_at"
    cancelled = "p.cancelled_at" if job.knows("cancelled_at") else "t.cancelled_at"
    for reason, is_so in (
        ("delivered_before_placed", f"{delivered} < p.placed_at"),
        ("cancelled_before_placed", f"{cancelled} < p.placed_at"),
        ("cancelled_and_delivered", f"{cancelled} IS NOT NULL AND {delivered} IS NOT NULL"),
    ):
        run(cursor, f"""
            WITH wrong AS (
                DELETE FROM import_orders p USING customers_order t WHERE t.id = p.found AND {is_so}
                RETURNING p.number
            )
            UPDATE import_lines l SET reason = %(reason)s FROM wrong
            WHERE wrong.number = l.number AND l.reason IS NULL
        """, {"reason": reason})  # fmt: skip


def _line_updates(job: Job) -> tuple[str, ...]:
    return ("quantity", "amount", *_where(job.knows("cost"), "cost"), *_where(bool(job.unknown), "extra"))


def _where(is_so: bool, column: str) -> list[str]:
    return [column] if is_so else []


def _find_order_lines(cursor: Any, job: Job) -> None:
    query = ORDER_LINES.format(differs=_differs(_line_updates(job)), next_id=next_id("customers_orderline"))
    temp_table(cursor, "import_order_lines", query)


def write(cursor: Any, job: Job) -> None:
    upsert(cursor, "customer", "import_customers", ("code", "external_source", "external_id", "name", "region"))
    upsert(cursor, "productline", "import_product_lines", ("name",))
    upsert(cursor, "product", "import_products", ("code", "name", "line_id"))
    upsert(cursor, "order", "import_orders", ORDER_COLUMNS, _updates(job))
    if job.knows("product"):
        upsert(cursor, "orderline", "import_order_lines", LINE_COLUMNS, _line_updates(job))
        _refresh_totals(cursor)
    if job.has_rule("cancellation_is_return"):
        returned.write(cursor)


def _refresh_totals(cursor: Any) -> None:
    """Orders that were there before and got or changed lines; new ones bring their sum along."""
    touched = """
        SELECT o.id FROM import_orders o WHERE o.found IS NOT NULL
        AND (o.differs OR EXISTS (SELECT FROM import_order_lines l
                                  WHERE l.order_id = o.id AND (l.is_new OR l.differs)))
    """
    temp_table(cursor, "import_touched", touched)
    run(cursor, """
        INSERT INTO import_log SELECT 'order', t.id, to_jsonb(t) FROM customers_order t JOIN import_touched USING (id)
        WHERE NOT EXISTS (SELECT FROM import_log g WHERE g.target = 'order' AND g.row_id = t.id)
    """)  # fmt: skip
    refresh_totals("SELECT id FROM import_touched", cursor=cursor)


def outcomes(job: Job) -> list[Outcome]:
    """Where the fate of the lines stands, and where their money went."""
    found = [Outcome("import_orders", "customers_order")]
    if job.knows("product"):
        found = [Outcome("import_order_lines", "customers_orderline")]
    if job.has_rule("cancellation_is_return"):
        found.append(Outcome("import_returns", "customers_return", sign=-1))
    return found


def kept_since(job: Job) -> dict[str, str]:
    """Kind of record -> the query for the moment from which the file shows it was kept."""
    start = "SELECT min(placed_at) FROM import_lines WHERE reason IS NULL"
    given = {"costs": ["cost_minor"], "deliveries": ["promised_on", "delivered_at"], "customisation": ["customised"]}
    kept = {"orders": start}
    for kind, columns in given.items():
        kept[kind] = f"{start} AND ({' OR '.join(f'{column} IS NOT NULL' for column in columns)})"
    if job.has_rule("cancellation_is_return"):
        # A file that tells cancellations tells them from its first order on.
        kept["returns"] = start
    return kept
