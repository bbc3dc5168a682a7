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
           COALESCE(named.name, 'Customer ' || named.code) AS name,
           COALESCE(named.region, '') AS region
    FROM (
        SELECT customer AS code,
               (array_agg({{name}} ORDER BY line DESC) FILTER (WHERE {{name}} IS NOT NULL))[1] AS name,
               (array_agg({{region}} ORDER BY line DESC) FILTER (WHERE {{region}} IS NOT NULL))[1] AS region
        FROM import_lines WHERE reason IS NULL GROUP BY customer
    ) AS named
    LEFT JOIN customers_customer same ON same.code = named.code
    LEFT JOIN customers_customer theirs
           ON same.id IS NULL AND theirs.external_source = %(source)s
          AND theirs.external_id = named.code AND theirs.external_id <> ''
"""

PRODUCTS = f"""
    SELECT named.code, COALESCE(same.id, {next_id("customers_product")}) AS id,
           same.id IS NULL AS is_new, false AS differs,
           COALESCE(named.name, '') AS name, named.line_name, NULL::bigint AS line_id
    FROM (
        SELECT product AS code,
               (array_agg({{name}} ORDER BY line DESC) FILTER (WHERE {{name}} IS NOT NULL))[1] AS name,
               (array_agg({{line}} ORDER BY line DESC) FILTER (WHERE {{line}} IS NOT NULL))[1] AS line_name
        FROM import_lines WHERE reason IS NULL AND product IS NOT NULL GROUP BY product
    ) AS named
    LEFT JOIN customers_product same ON same.code = named.code
"""


def find_customers(cursor: Any, job: Job) -> None:
    """`import_customers`: one row per code; the last line that says more wins."""
    query = CUSTOMERS.format(
        name=_column(job, "customer_name"), region=_column(job, "region")
    )
    temp_table(cursor, "import_customers", query, {"source": job.options.source}, index="code")


def find_products(cursor: Any, job: Job) -> None:
    query = PRODUCTS.format(name=_column(job, "product_name"), line=_column(job, "product_line"))
    temp_table(cursor, "import_products", query, index="code")
    find_product_lines(cursor)


def find_product_lines(cursor: Any) -> None:
    query = f"""
        SELECT named.name, COALESCE(same.id, {next_id("customers_productline")}) AS id,
               same.id IS NULL AS is_new, false AS differs
        FROM (SELECT DISTINCT line_name AS name FROM import_products WHERE line_name IS NOT NULL) AS named
        LEFT JOIN customers_productline same ON same.name = named.name
    """
    temp_table(cursor, "import_product_lines", query)
    cursor.execute(
        "UPDATE import_products p SET line_id = l.id FROM import_product_lines l WHERE l.name = p.line_name"
    )


def _column(job: Job, field: str) -> str:
    return field if job.knows(field) else "NULL::text"
