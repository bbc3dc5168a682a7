"""Customers, their owners and their parent companies."""

from typing import Any

from . import lookups
from .outcome import Outcome
from .rules import LEFT_EMPTY
from .sql import currency_table, next_id, run, temp_table
from .staging import Job
from .upsert import upsert

LINES = """
    SELECT s.line, s.code, s.external_id, s.name, s.kind, s.status, {texts}, s.region_or_country AS region,
           s.parent, s.referred_by, s.acquired_on,
           s.owed, s.late, s.extra, same.id AS same_id, same.external_id AS same_external_id, theirs.id AS theirs_id,
           {owner} AS owner_id, {left_owner} AS left_owner,
           CASE WHEN nth > 1 OR nth_external > 1 THEN 'repeated_key'
                WHEN same.id <> theirs.id THEN 'key_of_another'
                {unknown_owner}
                WHEN s.parent IN (s.code, s.external_id, s.name) THEN 'parent_is_itself'
                WHEN s.referred_by IN (s.code, s.external_id) THEN 'refers_itself'
                WHEN abs(s.owed) > 1e15 OR abs(s.late) > 1e15 THEN 'amount_out_of_range'
           END AS reason
    FROM (
        SELECT i.*, COALESCE(i.region, i.billing_country) AS region_or_country,
               round(i.receivable * f.factor) AS owed, round(i.overdue * f.factor) AS late,
               row_number() OVER (PARTITION BY i.code ORDER BY i.line) AS nth,
               CASE WHEN i.external_id IS NOT NULL
                    THEN row_number() OVER (PARTITION BY i.external_id ORDER BY i.line) END AS nth_external
        FROM import_stage i JOIN import_currencies f ON f.code = %(home)s
        WHERE i.reason IS NULL
    ) AS s
    LEFT JOIN customers_customer same ON same.code = s.code
    LEFT JOIN customers_customer theirs
           ON theirs.external_source = %(source)s AND theirs.external_id = s.external_id
    {joins}
"""

CUSTOMERS = """
    SELECT p.*, p.found IS NULL AS is_new, NULL::bigint AS parent_id, NULL::bigint AS referred_by_id,
           false AS differs, NULL::text AS outcome
    FROM (
        SELECT l.line, 0 AS file_money, COALESCE(theirs_id, same_id) AS found,
               COALESCE(theirs_id, same_id, {next_id}) AS id, l.code, %(source)s AS external_source,
               COALESCE(l.external_id, CASE WHEN %(source)s = '' THEN '' ELSE l.code END) AS external_id,
               l.name, COALESCE(l.kind, 'organisation') AS kind, COALESCE(l.status, 'active') AS status, {texts},
               l.owner_id, l.acquired_on, l.owed AS receivable, l.late AS overdue, l.parent, l.referred_by,
               COALESCE(l.extra, '{{}}') || CASE WHEN l.left_owner IS NULL THEN '{{}}'
                   ELSE jsonb_build_object(%(owner_header)s::text, l.left_owner) END AS extra
        FROM import_lines l WHERE l.reason IS NULL
    ) AS p
"""

# A parent or referrer may stand in the database or anywhere in the same file.
RELATIVES = """
    UPDATE import_customers p SET {name}_id = known.id
    FROM (
        SELECT DISTINCT ON (key) key, id FROM (
            SELECT code AS key, id, 1 AS rank FROM customers_customer UNION ALL
            SELECT code, id, 1 FROM import_customers UNION ALL
            SELECT external_id, id, 2 FROM customers_customer
            WHERE external_source = %(source)s AND external_id <> '' UNION ALL
            SELECT external_id, id, 2 FROM import_customers UNION ALL
            SELECT name COLLATE "C", min(id), 3 FROM (
                SELECT name, id FROM customers_customer UNION SELECT name, id FROM import_customers
            ) AS named GROUP BY name HAVING count(*) = 1
        ) AS keyed WHERE key IN (SELECT {name} FROM import_customers) ORDER BY key, rank
    ) AS known
    WHERE known.key = p.{name}
"""

TEXTS = (
    "segment", "tier", "stage", "industry", "region", "phone", "email", "acquisition_channel", "credit_grade",
)  # fmt: skip
PLAIN = ("name", "kind", "status", *TEXTS, "acquired_on", "receivable", "overdue")
COLUMNS = (
    "code", "external_source", "external_id", *PLAIN, "owner_id", "parent_id", "referred_by_id", "extra",
)  # fmt: skip
UNKNOWN = {"parent": "unknown_parent", "referred_by": "unknown_referrer"}


def prepare(cursor: Any, job: Job) -> None:
    source = {"source": job.options.source, "home": job.home_currency, "owner_header": job.mapping.get("owner", "")}
    currency_table(cursor, job)
    temp_table(cursor, "import_lines", _lines(cursor, job), source)
    texts = ", ".join(f"COALESCE(l.{name}, '') AS {name}" for name in TEXTS)
    query = CUSTOMERS.format(next_id=next_id("customers_customer"), texts=texts)
    temp_table(cursor, "import_customers", query, source)
    for name in UNKNOWN:
        if job.knows(name):
            run(cursor, RELATIVES.format(name=name), source)
    _reject_more_overdue_than_owed(cursor, job)
    while any(_reject_unknown(cursor, name) for name in UNKNOWN if job.knows(name)):
        pass
    _compare(cursor, _updates(job))


def _lines(cursor: Any, job: Job) -> str:
    owner = lookups.find_owner(cursor, job)
    unknown = "".join(f"WHEN s.owner IS NOT NULL AND member.id IS NULL THEN '{name}'" for name, _so in owner.problems)
    is_lenient = job.knows("owner") and job.has_rule(LEFT_EMPTY["owner"])
    return LINES.format(
        texts=", ".join(f"s.{name}" for name in TEXTS if name != "region"), joins=owner.joins,
        owner=owner.columns["owner_id"], unknown_owner=unknown,
        left_owner="CASE WHEN member.id IS NULL THEN s.owner END" if is_lenient else "NULL::text",
    )  # fmt: skip


def _reject_more_overdue_than_owed(cursor: Any, job: Job) -> None:
    """Against what is stored, too, where the file tells only one of the two."""
    owed, late = (
        f"p.{name}" if job.knows(name) else f"COALESCE(t.{name}, p.{name})" for name in ("receivable", "overdue")
    )
    run(cursor, f"""
        WITH lost AS (
            DELETE FROM import_customers d USING import_customers p LEFT JOIN customers_customer t ON t.id = p.found
            WHERE d.line = p.line AND ({late} < 0 OR {late} > {owed}) RETURNING p.line
        )
        UPDATE import_lines l SET reason = 'overdue_not_owed' FROM lost WHERE lost.line = l.line
    """)  # fmt: skip


def _reject_unknown(cursor: Any, name: str) -> int:
    """Called again and again, for a rejected customer is nobody's parent or referrer either."""
    return run(cursor, f"""
        WITH lost AS (
            DELETE FROM import_customers WHERE {name} IS NOT NULL AND {name}_id IS NULL RETURNING line, id, is_new
        ),
        orphans AS (
            UPDATE import_customers
            SET parent_id = CASE WHEN parent_id NOT IN (SELECT id FROM lost WHERE is_new) THEN parent_id END,
                referred_by_id = CASE WHEN referred_by_id NOT IN (SELECT id FROM lost WHERE is_new)
                                      THEN referred_by_id END
            WHERE parent_id IN (SELECT id FROM lost WHERE is_new)
               OR referred_by_id IN (SELECT id FROM lost WHERE is_new)
        )
        UPDATE import_lines l SET reason = '{UNKNOWN[name]}' FROM lost WHERE lost.line = l.line
    """)  # fmt: skip


def _compare(cursor: Any, updates: tuple[str, ...]) -> None:
    run(cursor, f"""
        UPDATE import_customers p SET differs = ({', '.join(f'p.{c}' for c in updates)})
                                                IS DISTINCT FROM ({', '.join(f't.{c}' for c in updates)})
        FROM customers_customer t WHERE t.id = p.found
    """)  # fmt: skip
    run(cursor, """
        UPDATE import_customers
        SET outcome = CASE WHEN is_new THEN 'created' WHEN differs THEN 'updated' ELSE 'unchanged' END
    """)  # fmt: skip


def _updates(job: Job) -> tuple[str, ...]:
    """Only what the file tells is changed; code and source stay as they are."""
    columns = [name for name in PLAIN if job.knows(name) or (name == "region" and job.knows("billing_country"))]
    columns += [f"{name}_id" for name in ("owner", "parent", "referred_by") if job.knows(name)]
    if job.knows("external_id"):
        columns += ["external_source", "external_id"]
    has_more = job.unknown or job.has_rule(LEFT_EMPTY["owner"])
    return tuple(columns + (["extra"] if has_more else []))


def write(cursor: Any, job: Job) -> None:
    upsert(cursor, "customer", "import_customers", COLUMNS, _updates(job))


def outcomes(_job: Job) -> list[Outcome]:
    return [Outcome("import_customers")]


def kept_since(_job: Job) -> dict[str, str]:
    """Credit is kept from today on: a file tells how it stands, not how it stood."""
    given = "receivable IS NOT NULL OR overdue IS NOT NULL OR credit_grade <> ''"
    return {"credit": f"SELECT CASE WHEN EXISTS (SELECT FROM import_customers WHERE {given}) THEN now() END"}
