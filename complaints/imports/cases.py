"""How lines of files become cases.

Of a line whose state is not said, the dates say it. A file never takes a case back: not behind
what an earlier one said, and not at all once somebody works on the case here.
"""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from complaints.models import Category, RootCause
from complaints.models.tree import Node
from customers.imports import lookups
from customers.imports.lookups import Part, folded
from customers.imports.records import CONTACT, CUSTOMER, OWNER
from customers.imports.simple import Finder, Put, Simple, plain, text
from customers.imports.sql import next_id, run, temp_table
from customers.imports.staging import Job
from customers.imports.upsert import SOURCED, Target, upsert

from .life import RANK, keep_clocks, remember_states, write_steps
from .links import lacking, write_links

NEW_CUSTOMERS = "customers_of_the_file"

STATUS = """
    COALESCE(r.status, CASE WHEN r.closed_at IS NOT NULL THEN 'closed' WHEN r.resolved_at IS NOT NULL THEN 'resolved'
                            WHEN r.acknowledged_at IS NOT NULL OR r.responded_at IS NOT NULL THEN 'acknowledged'
                            ELSE 'received' END)
"""
IS_CLOSED = f"{STATUS} = 'closed'"
IS_ENDED = f"{STATUS} IN ('resolved', 'closed')"
# What the file tells of a case's life is believed as a whole or not at all.
LIFE = ("status", "acknowledged_at", "responded_at", "resolved_at", "closed_at", "outcome")
LIFE_COLUMNS = ", ".join(LIFE)
SUBJECT = "COALESCE(r.subject, left(split_part(r.text, E'\\n', 1), 80), '')"
REGION = "COALESCE(r.region, (SELECT c.region FROM customers_customer c WHERE c.id = r.customer_id), '')"


def _moment(sql: str) -> str:
    """A moment after receipt; a mere day is no earlier than the receipt on that day."""
    day = "({}) AT TIME ZONE %(zone)s"
    is_same_day = f"({day.format(sql)})::date = ({day.format('r.received_at')})::date"
    return f"CASE WHEN {is_same_day} THEN GREATEST({sql}, r.received_at) ELSE {sql} END"


def _local_day(sql: str) -> str:
    return f"(({sql}) AT TIME ZONE %(zone)s)::date"


PUTS = (
    CUSTOMER, CONTACT, OWNER, *text("kind", default="complaint"), *text("sender_name", "sender_email", "sender_phone"),
    *text("channel", default="other"), Put("subject", SUBJECT, ("subject", "text")),
    *text("text", "remedy_sought", "cause_text"), Put("category_id", "r.category_id", ("category",)),
    Put("cause_id", "r.cause_id", ("cause",)), Put("severity", "COALESCE(r.severity, 2::smallint)", ("severity",)),
    Put("region", REGION, ("region",)), *plain("received_at"), Put("status", STATUS, LIFE),
    Put("acknowledged_at", _moment("COALESCE(r.acknowledged_at, r.responded_at)"), LIFE),
    Put("responded_at", _moment("r.responded_at"), LIFE),
    Put("resolved_at", f"CASE WHEN {IS_ENDED} THEN {_moment('COALESCE(r.resolved_at, r.closed_at)')} END", LIFE),
    Put("closed_at", f"CASE WHEN {IS_CLOSED} THEN {_moment('COALESCE(r.closed_at, r.resolved_at)')} END", LIFE),
    Put("outcome", f"CASE WHEN {IS_CLOSED} THEN COALESCE(r.outcome, 'no_answer') ELSE '' END", LIFE),
    Put("compensation", "r.minor::bigint", ("amount",)),
    Put("compensated_on", "CASE WHEN r.minor IS NOT NULL THEN COALESCE(r.compensated_on, "
        f"{_local_day('COALESCE(r.resolved_at, r.closed_at, r.received_at)')}) END", ("amount", "compensated_on")),
    Put("is_adopted", "CASE WHEN r.adopted_on IS NOT NULL THEN true END", ("adopted_on",)), *plain("adopted_on"),
    lacking("orders"), lacking("products"),
)  # fmt: skip
CHECKS = (
    ("no_subject", "subject = ''"),
    ("no_closed_at", "(status IN ('resolved', 'closed') AND resolved_at IS NULL)"),
    ("before_received", "LEAST(acknowledged_at, responded_at, resolved_at, closed_at) < received_at"),
    ("closed_before_resolved", "closed_at < resolved_at"),
    ("unknown_order", "lacks_orders"),
    ("unknown_product", "lacks_products"),
)


def keep_what_is_further(cursor: Any) -> None:
    """Where the stored case is further than the file, or was taken a step here, its life stays."""
    stored = ", ".join(f"t.{name}" for name in LIFE)
    run(cursor, f"""
        UPDATE import_lines l SET ({LIFE_COLUMNS}) = ROW({stored})
        FROM complaints_case t
        WHERE t.id = l.found AND ({RANK.format("l.status")} < {RANK.format("t.status")} OR EXISTS (
            SELECT FROM complaints_casestep s WHERE s.case_id = t.id AND s.channel <> 'import' AND s.to_status <> ''))
    """)  # fmt: skip


def find_in(field: str, model: type[Node]) -> Finder:
    """How a name in a tree is looked up: by code, else by its name in any of our languages, if only one bears it."""

    def find(cursor: Any, job: Job) -> Part:
        if not job.knows(field):
            return Part("", {f"{field}_id": "NULL::bigint"})
        names = _names(model)
        table = f"import_{field}_names"
        query = "SELECT * FROM unnest(%(names)s::text[], %(ids)s::bigint[]) AS n (name, id)"
        temp_table(cursor, table, query, {"names": list(names), "ids": list(names.values())})
        join = f"LEFT JOIN {table} {field}_named ON {field}_named.name = {folded(f's.{field}')}"
        return Part(join, {f"{field}_id": f"{field}_named.id"})

    return find


def _names(model: type[Node]) -> dict[str, int]:
    """Name -> key, without those that several bear; codes go before names."""
    nodes = list(model._default_manager.all())
    found: defaultdict[str, set[int]] = defaultdict(set)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for node in nodes:
                found[str(node).strip().lower()].add(node.pk)
                found[node.name.strip().lower()].add(node.pk)
    names = {name: keys.pop() for name, keys in found.items() if len(keys) == 1}
    return names | {node.code.lower(): node.pk for node in nodes}


def find_or_make_customer(cursor: Any, job: Job) -> Part:
    """As for every kind; under the rule, names that nobody has become `import_customers`."""
    part = lookups.find_customer(cursor, job)
    if _makes_customers(job):
        temp_table(cursor, "import_named", NAMED)
        run(cursor, f"""
            UPDATE import_customer_names n SET number = 1, customer_id = COALESCE(
                (SELECT min(c.id) FROM customers_customer c WHERE {folded("c.code")} = {folded("named.code")}),
                {next_id("customers_customer")})
            FROM import_named named WHERE named.folded = n.name AND n.number = 0
        """)  # fmt: skip
        temp_table(cursor, "import_customers", """
            SELECT n.customer_id AS id, true AS is_new, false AS differs, named.code, named.name,
                   %(source)s AS external_source, '' AS external_id
            FROM import_customer_names n JOIN import_named named ON named.folded = n.name
            WHERE n.number = 1 AND n.customer_id NOT IN (SELECT id FROM customers_customer)
        """, {"source": job.options.source})  # fmt: skip
    return part


# A code is shorter than a name may be.
NAMED = f"""
    SELECT folded, name, CASE WHEN length(name) <= 50 THEN name
                              ELSE left(name, 41) || '~' || left(md5(folded), 8) END AS code
    FROM (
        SELECT {folded("customer_name")} AS folded, min(btrim(customer_name)) AS name FROM import_stage
        WHERE customer_name IS NOT NULL AND reason IS NULL GROUP BY 1
    ) AS named
"""


def _makes_customers(job: Job) -> bool:
    return job.has_rule(NEW_CUSTOMERS) and job.knows("customer_name")


class Cases(Simple):
    """Cases bring their steps, and those still open their clocks."""

    def prepare(self, cursor: Any, job: Job) -> None:
        super().prepare(cursor, job)
        if _makes_customers(job):
            run(cursor, "DELETE FROM import_customers WHERE id NOT IN (SELECT customer_id FROM import_rows)")

    def write(self, cursor: Any, job: Job) -> None:
        if _makes_customers(job):
            upsert(cursor, "customer", "import_customers", ("code", *SOURCED, "name"))
        remember_states(cursor)
        super().write(cursor, job)
        write_links(cursor, job)
        write_steps(cursor)
        keep_clocks(cursor, timezone.now())


CASES = Cases(
    "complaints", "case", PUTS,
    apart=("r.customer_id", "extract(epoch FROM r.received_at)", SUBJECT),
    checks=CHECKS,
    kept=(("complaints", "min(received_at) FROM import_rows WHERE kind = 'complaint'"),),
    also=keep_what_is_further,
    finders={
        "customer": find_or_make_customer, "category": find_in("category", Category),
        "cause": find_in("cause", RootCause),
    },
    money="compensation",
)  # fmt: skip

# An undone change leaves steps that cannot be taken back: one more says what holds now.
UNDONE = """
    INSERT INTO complaints_casestep (case_id, at, step, from_status, to_status, by, channel, data, recorded_at)
    SELECT t.id, now(), 'edit', last.to_status, t.status, 'system', 'import',
           CASE WHEN t.outcome = '' THEN '{}' ELSE jsonb_build_object('outcome', t.outcome) END, now()
    FROM undo_rows u
    JOIN complaints_case t ON t.id = u.id
    JOIN LATERAL (
        SELECT s.to_status FROM complaints_casestep s WHERE s.case_id = t.id AND s.to_status <> ''
        ORDER BY s.at DESC, s.id DESC LIMIT 1
    ) AS last ON last.to_status <> t.status
    WHERE u.target = 'case' AND u.before IS NOT NULL
"""
TARGET = Target(
    "case", "complaints_case", (
        "customer_id", *SOURCED, "kind", "contact_id", "sender_name", "sender_email", "sender_phone", "language",
        "channel", "subject", "text", "remedy_sought", "category_id", "severity", "is_safety", "complexity", "impact",
        "immediate_action", "region", "tags", "status", "outcome", "team_id", "owner_id", "received_at",
        "acknowledged_at", "responded_at", "resolved_at", "closed_at", "reopened_at", "proposal", "is_adopted",
        "adopted_on", "cause_id", "cause_text", "compensation", "compensated_on", "minutes", "merged_into_id", "extra"),
    undone=UNDONE,
)  # fmt: skip
