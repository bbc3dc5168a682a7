"""The orders and products that a line says its case is about, by number and by code."""

from typing import Any

from complaints.models import Case
from customers.imports.simple import Put
from customers.imports.sql import run
from customers.imports.staging import Job

# A case that is undone takes its links with it; what it was linked to does not.
OF_LINKS: tuple[Any, ...] = tuple(
    through._meta.get_field("case") for through in (Case.orders.through, Case.products.through)
)
# No slash: numbers of orders have it.
NAMED = "regexp_split_to_table({row}.{field}, E'\\\\s*[;,|、，；\\n]+\\s*') AS named (name)"
OWN = "o.customer_id = {row}.customer_id AND o.number = btrim(named.name)"
CODED = "o.code = btrim(named.name)"
# Field -> the table it names, how a row of it is found, the column of the link.
LINKS = {"orders": ("customers_order", OWN, "order_id"), "products": ("customers_product", CODED, "product_id")}


def lacking(field: str) -> Put:
    """Whether the line names what is not there, for the checks."""
    table, found, _column = LINKS[field]
    named = NAMED.format(row="r", field=field)
    sql = f"""
        EXISTS (SELECT FROM {named} WHERE btrim(named.name) <> ''
                AND NOT EXISTS (SELECT FROM {table} o WHERE {found.format(row="r")}))
    """
    return Put(f"lacks_{field}", sql, is_stored=False)


def write_links(cursor: Any, job: Job) -> None:
    """Link what the accepted lines name; links that are there already stay."""
    for field, (table, found, column) in LINKS.items():
        if job.knows(field):
            run(cursor, f"""
                INSERT INTO complaints_case_{field} (case_id, {column})
                SELECT p.id, o.id FROM import_rows p JOIN import_stage s USING (line)
                CROSS JOIN LATERAL {NAMED.format(row="s", field=field)}
                JOIN {table} o ON {found.format(row="p")}
                ON CONFLICT DO NOTHING
            """)  # fmt: skip
