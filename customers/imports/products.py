"""Products and the lines they belong to."""

from typing import Any

from .outcome import Outcome
from .parties import find_product_lines
from .sql import next_id, run, temp_table
from .staging import Job
from .upsert import upsert

LINES = """
    SELECT line, product, product_name, product_line, extra,
           CASE WHEN row_number() OVER (PARTITION BY product ORDER BY line) > 1 THEN 'repeated_key' END AS reason
    FROM import_stage WHERE reason IS NULL
"""

PRODUCTS = """
    SELECT l.line, 0 AS file_money, t.id AS found, COALESCE(t.id, {next_id}) AS id, t.id IS NULL AS is_new,
           false AS differs, NULL::text AS outcome, l.product AS code,
           {name} AS name, l.product_line AS line_name, t.line_id, COALESCE(l.extra, '{{}}') AS extra
    FROM import_lines l LEFT JOIN customers_product t ON t.code = l.product
    WHERE l.reason IS NULL
"""


def prepare(cursor: Any, job: Job) -> None:
    temp_table(cursor, "import_lines", LINES)
    name = "COALESCE(l.product_name, '')" if job.knows("product_name") else "COALESCE(t.name, '')"
    temp_table(cursor, "import_products", PRODUCTS.format(next_id=next_id("customers_product"), name=name))
    find_product_lines(cursor)
    updates = _updates(job)
    run(cursor, f"""
        UPDATE import_products p SET differs = ({', '.join(f'p.{c}' for c in updates)})
                                               IS DISTINCT FROM ({', '.join(f't.{c}' for c in updates)})
        FROM customers_product t WHERE t.id = p.found
    """)  # fmt: skip
    run(cursor, """
        UPDATE import_products
        SET outcome = CASE WHEN is_new THEN 'created' WHEN differs THEN 'updated' ELSE 'unchanged' END
    """)  # fmt: skip


def _updates(job: Job) -> tuple[str, ...]:
    return ("name", "line_id", *(["extra"] if job.unknown else []))


def write(cursor: Any, job: Job) -> None:
    upsert(cursor, "productline", "import_product_lines", ("name",))
    upsert(cursor, "product", "import_products", ("code", "name", "line_id", "extra"), _updates(job))


def outcomes(_job: Job) -> list[Outcome]:
    return [Outcome("import_products")]


def kept_since(_job: Job) -> dict[str, str]:
    return {}
