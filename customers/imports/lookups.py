"""Whom and what a line names: its customer, contact, owner, product line, reason for a loss.

Each lookup is a `Part` of the statement that reads the staged lines. Names are resolved once
per distinct name, into temporary tables, and joined.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .rules import LEFT_EMPTY
from .sql import currency_table, next_id, run, temp_table
from .staging import Job

CUSTOMERS = """
    SELECT k.key, c.id AS customer_id, NULL::bigint AS contact_id, 1 AS rank
    FROM named k JOIN customers_customer c ON c.code = k.key
    UNION ALL
    SELECT k.key, c.id, NULL, 2
    FROM named k JOIN customers_customer c ON c.external_source = %(source)s AND c.external_id = k.key
"""
CONTACTS = """
    SELECT k.key, c.customer_id, c.id AS contact_id, 3 AS rank
    FROM named k JOIN customers_contact c ON c.external_source = %(source)s AND c.external_id = k.key
"""
OPPORTUNITIES = """
    SELECT k.key, o.customer_id, o.contact_id, 4 AS rank
    FROM named k JOIN customers_opportunity o ON o.external_source = %(source)s AND o.external_id = k.key
"""


@dataclass(frozen=True)
class Part:
    """`problems`: reason -> condition, the weightiest first, over the columns and the staged line."""

    joins: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    problems: tuple[tuple[str, str], ...] = ()


def folded(text: str) -> str:
    """The SQL of `text` as names are compared: without case and outer blanks, in any script."""
    return f'lower(btrim({text} COLLATE "default"))'


def together(parts: Iterable[Part]) -> Part:
    parts = list(parts)
    columns = {name: sql for part in parts for name, sql in part.columns.items()}
    problems = tuple(problem for part in parts for problem in part.problems)
    return Part(" ".join(part.joins for part in parts), columns, problems)


def _keys(cursor: Any, job: Job, field: str, *found_in: str) -> str:
    """`import_<field>_keys`: what the ids of this column belong to; the join to it."""
    temp_table(cursor, f"import_{field}_keys", f"""
        WITH named AS (SELECT DISTINCT {field} AS key FROM import_stage WHERE {field} IS NOT NULL AND reason IS NULL)
        SELECT DISTINCT ON (key) key, customer_id, contact_id FROM ({" UNION ALL ".join(found_in)}) AS found
        ORDER BY key, rank
    """, {"source": job.options.source})  # fmt: skip
    return f"LEFT JOIN import_{field}_keys by_{field} ON by_{field}.key = s.{field}"


def customer_names(cursor: Any) -> None:
    """`import_customer_names`: the customers that bear the names of the file."""
    temp_table(cursor, "import_customer_names", f"""
        SELECT named.name, min(c.id) AS customer_id, count(c.id) AS number
        FROM (SELECT DISTINCT {folded("customer_name")} AS name FROM import_stage
              WHERE customer_name IS NOT NULL AND reason IS NULL) AS named
        LEFT JOIN customers_customer c ON {folded("c.name")} = named.name
        GROUP BY named.name
    """)  # fmt: skip


def find_customer(cursor: Any, job: Job) -> Part:
    """By code or id, else by what the record relates to, else by name, else by the contact."""
    joins, found = [], []
    for name, tables in (
        ("customer", [CUSTOMERS]),
        ("related", [CUSTOMERS, CONTACTS, OPPORTUNITIES]),
        ("contact", [CONTACTS]),
    ):
        if job.knows(name):
            joins.append(_keys(cursor, job, name, *tables))
            found.append(name)
    ways = [f"by_{name}.customer_id" for name in found]
    named = "NULL::bigint"
    if job.knows("customer_name"):
        customer_names(cursor)
        joins.append(f"LEFT JOIN import_customer_names by_name ON by_name.name = {folded('s.customer_name')}")
        ways.insert(len([name for name in found if name != "contact"]),
                    "CASE WHEN by_name.number = 1 THEN by_name.customer_id END")  # fmt: skip
        named = "by_name.number"
    return Part(" ".join(joins), _customer_columns(job, ways, named, found), _customer_problems(job))


def _customer_columns(job: Job, ways: list[str], named: str, found: list[str]) -> dict[str, str]:
    customer = f"COALESCE({', '.join([*ways, 'NULL::bigint'])})"
    if job.knows("customer"):
        # A code that is given decides; another way is for lines without one.
        customer = f"CASE WHEN s.customer IS NOT NULL THEN by_customer.customer_id ELSE {customer} END"
    contact, related = "contact" in found, "related" in found
    return {
        "customer_id": customer,
        "same_names": named,
        "keyed_contact": "by_contact.contact_id" if contact else "NULL::bigint",
        "keyed_contact_customer": "by_contact.customer_id" if contact else "NULL::bigint",
        "related_contact": "by_related.contact_id" if related else "NULL::bigint",
    }


def _customer_problems(job: Job) -> tuple[tuple[str, str], ...]:
    mentions = [name for name in ("customer", "customer_name", "related", "contact") if job.kind.has(name)]
    nothing = " AND ".join(f"{name} IS NULL" for name in mentions)
    by_name_only = "customer IS NULL AND same_names > 1"
    return (
        ("no_customer", nothing if job.kind.is_of_somebody else "false"),
        ("ambiguous_customer", f"customer_id IS NULL AND {by_name_only}"),
        ("unknown_customer", f"customer_id IS NULL AND NOT ({nothing})"),
    )


def find_contact(cursor: Any, job: Job) -> Part:
    """By id, else by name among the customer's; needs `customer_id`."""
    ways = ["s.keyed_contact"]
    joins = ""
    if job.knows("contact_name"):
        temp_table(cursor, "import_contact_names", f"""
            SELECT customer_id, {folded("name")} AS name, min(id) AS id FROM customers_contact
            GROUP BY 1, 2 HAVING count(*) = 1
        """)  # fmt: skip
        joins = (
            "LEFT JOIN import_contact_names named ON named.customer_id = s.customer_id"
            f" AND named.name = {folded('s.contact_name')}"
        )
        ways.append("named.id")
    # What the record relates to may be a contact, too; that one's customer is the line's by then.
    columns = {"contact_id": f"COALESCE({', '.join([*ways, 's.related_contact'])})"}
    problems = [("contact_of_another", "keyed_contact_customer <> customer_id")]
    if not job.has_rule(LEFT_EMPTY["contact"]):
        problems.append(("unknown_contact", "contact_id IS NULL AND (contact IS NOT NULL OR contact_name IS NOT NULL)"))
    return Part(joins, columns, tuple(problems))


def find_owner(cursor: Any, job: Job) -> Part:
    """By user name, e-mail or full name, if exactly one member has it."""
    if not job.knows("owner"):
        return Part("", {"owner_id": "NULL::bigint"})
    temp_table(cursor, "import_owners", f"""
        SELECT named.owner, member.id
        FROM (SELECT DISTINCT owner FROM import_stage WHERE owner IS NOT NULL AND reason IS NULL) AS named
        JOIN LATERAL (
            SELECT min(m.id) AS id FROM office_member m
            WHERE {folded("named.owner")} IN (lower(m.username), lower(m.email),
                  lower(m.first_name || ' ' || m.last_name), lower(m.last_name || m.first_name))
            HAVING count(*) = 1
        ) AS member ON true
    """)  # fmt: skip
    problem = ("unknown_owner", "owner IS NOT NULL AND owner_id IS NULL")
    return Part(
        "LEFT JOIN import_owners member ON member.owner = s.owner",
        {"owner_id": "member.id"},
        () if job.has_rule(LEFT_EMPTY["owner"]) else (problem,),
    )


def find_product_line(cursor: Any, job: Job) -> Part:
    return _named(cursor, job, "product_line", "customers_productline", "same.name = named.name")


def find_reason(cursor: Any, job: Job) -> Part:
    """A reason of that name, one at the top before one below; a new one comes in at the top."""
    same = f"{folded('same.name')} = {folded('named.name')}"
    return _named(cursor, job, "loss_reason", "customers_reason", same, "same.parent_id IS NOT NULL, same.id")


def _named(cursor: Any, job: Job, field: str, table: str, same: str, order: str = "same.id") -> Part:
    """`import_<field>s`: rows of `table` by name; unknown ones are new."""
    if not job.knows(field):
        return Part("", {f"{field}_id": "NULL::bigint"})
    temp_table(cursor, f"import_{field}s", f"""
        SELECT name, COALESCE(known, {next_id(table)}) AS id, known IS NULL AS is_new, false AS differs
        FROM (
            SELECT DISTINCT ON (named.folded) named.name, named.folded, same.id AS known
            FROM (SELECT DISTINCT ON (folded) {field} AS name, {folded(field)} AS folded FROM import_stage
                  WHERE {field} IS NOT NULL AND reason IS NULL ORDER BY folded, line) AS named
            LEFT JOIN {table} same ON {same}
            ORDER BY named.folded, {order}
        ) AS found
    """)  # fmt: skip
    join = f"LEFT JOIN import_{field}s {field} ON {folded(f'{field}.name')} = {folded(f's.{field}')}"
    return Part(join, {f"{field}_id": f"{field}.id"})


def forget_unused(cursor: Any, field: str, column: str) -> None:
    """New names that only rejected lines had do not come in."""
    run(cursor, f"DELETE FROM import_{field}s WHERE is_new AND id NOT IN"
                f" (SELECT {column} FROM import_rows WHERE {column} IS NOT NULL)")  # fmt: skip


def find_money(cursor: Any, job: Job) -> Part:
    """`minor`: the amount in minor units of the organisation's currency."""
    currency_table(cursor, job)
    rate = (
        "CASE WHEN c.code = %(home)s THEN 1"
        " ELSE round(COALESCE(s.rate, %(rate)s::numeric) * h.factor / c.factor, 8) END"
    )
    return Part(
        "JOIN import_currencies c ON c.code = COALESCE(s.currency, %(currency)s)"
        " JOIN import_currencies h ON h.code = %(home)s",
        {"home_rate": rate, "minor": f"round(round(s.amount * c.factor) * {rate})"},
        (
            ("amount_negative", "amount < 0"),
            ("no_rate", "amount IS NOT NULL AND home_rate IS NULL"),
            ("rate_not_positive", "home_rate <= 0"),
            ("amount_out_of_range", "minor > 1e15"),
        ),
    )


def left_empty(cursor: Any, job: Job) -> dict[str, dict[str, int]]:
    """Field -> name -> number of accepted lines whose name nobody here has, where that is allowed."""
    found = {}
    for name in job.left_empty:
        cursor.execute(f"SELECT left_{name}, count(*) FROM import_lines"
                       f" WHERE reason IS NULL AND left_{name} IS NOT NULL"
                       " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200")  # fmt: skip
        found[name] = dict(cursor.fetchall())
    return {name: names for name, names in found.items() if names}
