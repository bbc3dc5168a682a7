"""Customers, their owners and their parent companies."""

from typing import Any

from .outcome import Outcome
from .sql import next_id, run, temp_table
from .staging import Job
from .upsert import upsert

LINES = """
    SELECT s.*, same.id AS same_id, same.external_id AS same_external_id, theirs.id AS theirs_id, owner.id AS owner_id,
           CASE WHEN nth > 1 OR nth_external > 1 THEN 'repeated_key'
                WHEN same.id <> theirs.id THEN 'key_of_another'
                WHEN s.owner IS NOT NULL AND owner.id IS NULL THEN 'unknown_owner'
                WHEN s.parent = s.code THEN 'parent_is_itself'
           END AS reason
    FROM (
        SELECT line, code, external_id, name, kind, segment, tier, stage, industry, region, owner, parent, extra,
               row_number() OVER (PARTITION BY code ORDER BY line) AS nth,
               CASE WHEN external_id IS NOT NULL
                    THEN row_number() OVER (PARTITION BY external_id ORDER BY line) END AS nth_external
        FROM import_stage WHERE reason IS NULL
    ) AS s
    LEFT JOIN customers_customer same ON same.code = s.code
    LEFT JOIN customers_customer theirs
           ON theirs.external_source = %(source)s AND theirs.external_id = s.external_id
    LEFT JOIN LATERAL (
        SELECT min(id) AS id FROM office_member m
        WHERE lower(s.owner) IN (lower(m.username), lower(m.email)) HAVING count(*) = 1
    ) AS owner ON s.owner IS NOT NULL
"""

CUSTOMERS = """
    SELECT p.*, p.found IS NULL AS is_new, NULL::bigint AS parent_id, false AS differs, NULL::text AS outcome
    FROM (
        SELECT l.line, 0 AS file_money, COALESCE(theirs_id, same_id) AS found,
               COALESCE(theirs_id, same_id, {next_id}) AS id, l.code, %(source)s AS external_source,
               COALESCE(l.external_id, CASE WHEN %(source)s = '' THEN '' ELSE l.code END) AS external_id,
               l.name, COALESCE(l.kind, 'organisation') AS kind, COALESCE(l.segment, '') AS segment,
               COALESCE(l.tier, '') AS tier, COALESCE(l.stage, '') AS stage, COALESCE(l.industry, '') AS industry,
               COALESCE(l.region, '') AS region,
               l.owner_id, l.parent, COALESCE(l.extra, '{{}}') AS extra
        FROM import_lines l WHERE l.reason IS NULL
    ) AS p
"""

# A parent may stand in the database or anywhere in the same file.
PARENTS = """
    UPDATE import_customers p SET parent_id = known.id
    FROM (SELECT code, id FROM customers_customer UNION SELECT code, id FROM import_customers) AS known
    WHERE known.code = p.parent
"""

PLAIN = ("name", "kind", "segment", "tier", "stage", "industry", "region")
COLUMNS = ("code", "external_source", "external_id", *PLAIN, "owner_id", "parent_id", "extra")


def prepare(cursor: Any, job: Job) -> None:
    source = {"source": job.options.source}
    temp_table(cursor, "import_lines", LINES, source)
    temp_table(cursor, "import_customers", CUSTOMERS.format(next_id=next_id("customers_customer")), source)
    run(cursor, PARENTS)
    _reject_unknown_parents(cursor)
    updates = _updates(job)
    run(cursor, f"""
        UPDATE import_customers p SET differs = ({', '.join(f'p.{c}' for c in updates)})
                                                IS DISTINCT FROM ({', '.join(f't.{c}' for c in updates)})
        FROM customers_customer t WHERE t.id = p.found
    """)  # fmt: skip
    run(cursor, """
        UPDATE import_customers
        SET outcome = CASE WHEN is_new THEN 'created' WHEN differs THEN 'updated' ELSE 'unchanged' END
    """)  # fmt: skip


def _reject_unknown_parents(cursor: Any) -> None:
    """Again and again, for a rejected customer is nobody's parent either."""
    while run(cursor, """
        WITH lost AS (
            DELETE FROM import_customers WHERE parent IS NOT NULL AND parent_id IS NULL RETURNING line, id, is_new
        ),
        orphans AS (UPDATE import_customers SET parent_id = NULL WHERE parent_id IN (SELECT id FROM lost WHERE is_new))
        UPDATE import_lines l SET reason = 'unknown_parent' FROM lost WHERE lost.line = l.line
    """):  # fmt: skip
        pass


def _updates(job: Job) -> tuple[str, ...]:
    """Only what the file tells is changed; code and source stay as they are."""
    columns = [name for name in PLAIN if job.knows(name)]
    columns += [f"{name}_id" for name in ("owner", "parent") if job.knows(name)]
    if job.knows("external_id"):
        columns += ["external_source", "external_id"]
    return tuple(columns + (["extra"] if job.unknown else []))


def write(cursor: Any, job: Job) -> None:
    upsert(cursor, "customer", "import_customers", COLUMNS, _updates(job))


def outcomes(_job: Job) -> list[Outcome]:
    return [Outcome("import_customers")]


def kept_since(_job: Job) -> dict[str, str]:
    return {}
