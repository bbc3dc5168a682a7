"""Returns from a file of their own; amounts are in the organisation's currency."""

from typing import Any

from . import returned
from .outcome import Outcome
from .parties import find_unnamed
from .sql import currency_table, temp_table
from .staging import Job

LINES = """
    SELECT line, number, order_number, customer, product, quantity, returned_at, file_money, extra, minor, occurrence,
           CASE WHEN minor IS NULL THEN 'no_amount'
                WHEN quantity <= 0 THEN 'quantity_not_positive'
                WHEN minor < 0 THEN 'amount_negative'
                WHEN minor > 1e15 OR quantity > 2e9 THEN 'amount_out_of_range'
                WHEN length(number) + length(product) > 85 THEN 'too_long'
           END AS reason
    FROM (
        SELECT s.*, round(COALESCE(s.amount, s.price * s.quantity) * c.factor) AS minor,
               row_number() OVER (PARTITION BY s.number, s.product ORDER BY s.line) AS occurrence
        FROM import_stage s JOIN import_currencies c ON c.code = %(home)s
    ) AS s
    WHERE s.reason IS NULL
"""

# A return note may list several products; its number alone would be no key.
BACK = """
    SELECT l.line, l.file_money, l.number || '/' || l.product || '/' || l.occurrence AS number, l.order_number,
           c.id AS customer_id, a.id AS product_id, l.quantity, l.minor::bigint AS amount, l.returned_at,
           COALESCE(l.extra, '{}') AS extra
    FROM import_lines l
    LEFT JOIN LATERAL (
        SELECT t.id FROM customers_customer t
        WHERE t.code = l.customer OR (t.external_source = %(source)s AND t.external_id = l.customer)
        ORDER BY t.code = l.customer DESC LIMIT 1
    ) AS c ON true
    LEFT JOIN customers_product a ON a.code = l.product
    WHERE l.reason IS NULL
"""


def prepare(cursor: Any, job: Job) -> None:
    currency_table(cursor, job)
    find_unnamed(cursor, job)
    temp_table(cursor, "import_lines", LINES, {"home": job.home_currency})
    temp_table(cursor, "import_back", BACK, {"source": job.options.source})
    returned.prepare(cursor, job, also_from_file=False)


def write(cursor: Any, _job: Job) -> None:
    returned.write(cursor)


def outcomes(_job: Job) -> list[Outcome]:
    return [Outcome("import_returns", "customers_return")]


def kept_since(_job: Job) -> dict[str, str]:
    return {"returns": "SELECT min(returned_at) FROM import_lines WHERE reason IS NULL"}
