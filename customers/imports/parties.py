"""The customers and products that lines name: found, or made."""

from typing import Any

from .lookups import customer_names, folded
from .sql import next_id, run, temp_table
from .staging import Job

CUSTOMERS = f"""
    SELECT named.code,
           COALESCE(same.id, theirs.id, {next_id("customers_customer")}) AS id,
           same.id IS NULL AND theirs.id IS NULL AS is_new, false AS differs,
           %(source)s AS external_source,
           CASE WHEN %(source)s = '' THEN '' ELSE named.code END AS external_id,
           COALESCE(a.customer_name, 'Customer ' || named.code) AS name,
           COALESCE(b.region, '') AS region
    FROM (
        SELECT customer AS code, max(line) FILTER (WHERE customer_name IS NOT NULL) AS name_line,
               max(line) FILTER (WHERE region IS NOT NULL) AS region_line
        FROM import_lines WHERE reason IS NULL GROUP BY customer
    ) AS named
    LEFT JOIN import_lines a ON a.line = named.name_line
    LEFT JOIN import_lines b ON b.line = named.region_line
    LEFT JOIN customers_customer same ON same.code = named.code
    LEFT JOIN customers_customer theirs
           ON same.id IS NULL AND theirs.external_source = %(source)s
          AND theirs.external_id = named.code AND theirs.external_id <> ''
"""

PRODUCTS = f"""
    SELECT named.code, COALESCE(same.id, {next_id("customers_product")}) AS id,
           same.id IS NULL AS is_new, false AS differs,
           COALESCE(a.product_name, '') AS name, b.product_line AS line_name, NULL::bigint AS line_id
    FROM (
        SELECT product AS code, max(line) FILTER (WHERE product_name IS NOT NULL) AS name_line,
               max(line) FILTER (WHERE product_line IS NOT NULL) AS group_line
        FROM import_lines WHERE reason IS NULL AND product IS NOT NULL GROUP BY product
    ) AS named
    LEFT JOIN import_lines a ON a.line = named.name_line
    LEFT JOIN import_lines b ON b.line = named.group_line
    LEFT JOIN customers_product same ON same.code = named.code
"""


BY_ORDER = """
    UPDATE import_stage s SET customer = c.code
    FROM customers_order o JOIN customers_customer c ON c.id = o.customer_id
    WHERE s.customer IS NULL AND s.reason IS NULL
      AND o.external_source = %(source)s AND o.number = s.order_number
"""

BY_NAME = f"""
    UPDATE import_stage s SET customer = c.code
    FROM import_customer_names n JOIN customers_customer c ON c.id = n.customer_id
    WHERE s.customer IS NULL AND s.reason IS NULL AND n.number = 1 AND n.name = {folded("s.customer_name")}
"""

BY_NOTHING = f"""
    UPDATE import_stage s
    SET reason = CASE WHEN s.customer_name IS NULL THEN 'no_customer'
                      WHEN EXISTS (SELECT FROM import_customer_names n
                                   WHERE n.name = {folded("s.customer_name")} AND n.number > 1)
                      THEN 'ambiguous_customer' ELSE 'unknown_customer' END,
        bad_column = %(column)s, bad_value = left(s.customer_name, 200)
    WHERE s.customer IS NULL AND s.reason IS NULL
"""


def find_unnamed(cursor: Any, job: Job) -> None:
    """The code of the customer on lines without one: that of their order, or of the only one of their name."""
    if job.kind.has("order_number"):
        run(cursor, BY_ORDER, {"source": job.options.source})
    customer_names(cursor)
    run(cursor, BY_NAME)
    run(cursor, BY_NOTHING, {"column": job.mapping.get("customer_name", job.mapping.get("customer", ""))})


def find_customers(cursor: Any, job: Job) -> None:
    """`import_customers`: one row per code; the last line that says more wins."""
    temp_table(cursor, "import_customers", CUSTOMERS, {"source": job.options.source}, index="code")


def find_products(cursor: Any) -> None:
    temp_table(cursor, "import_products", PRODUCTS, index="code")
    find_product_lines(cursor)


def find_product_lines(cursor: Any) -> None:
    query = f"""
        SELECT named.name, COALESCE(same.id, {next_id("customers_productline")}) AS id,
               same.id IS NULL AS is_new, false AS differs
        FROM (SELECT DISTINCT line_name AS name FROM import_products WHERE line_name IS NOT NULL) AS named
        LEFT JOIN customers_productline same ON same.name = named.name
    """
    temp_table(cursor, "import_product_lines", query)
    cursor.execute("UPDATE import_products p SET line_id = l.id FROM import_product_lines l WHERE l.name = p.line_name")
