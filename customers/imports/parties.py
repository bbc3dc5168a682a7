"""The customers and products that lines name: found, or made."""

from typing import Any

from .sql import next_id, temp_table
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
