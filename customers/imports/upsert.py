"""Prepared rows into their tables, with a log of what was there before.

A prepared table has the target's columns and `id`, `is_new`, `differs`: rows that are neither
new nor different are not touched.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from customers.models import ImportRun

# Rows per bundle of the log.
BUNDLE = 1000
# Rows after which the planner must look at the tables anew.
MANY = 1000


@dataclass(frozen=True)
class Target:
    """`columns` are what an import may write or people may change: they make the after-mark."""

    name: str
    table: str
    columns: tuple[str, ...]
    # What a changing row gives up first, so that two rows may swap what only one may have.
    release: str = ""
    # SQL that goes after a changed row was put back, over its `undo_rows`.
    undone: str = ""

    def mark(self, alias: str) -> str:
        """A fingerprint of the row; two equal marks mean that nobody changed it in between."""
        values = ", ".join(f"{alias}.{column}" for column in self.columns)
        return f"hashtextextended(ROW({values})::text, 0)"


SOURCED = ("external_source", "external_id")
# In the order of writing; undoing goes backwards.
TARGETS = {
    target.name: target
    for target in (
        Target("customer", "customers_customer", (
            "code", "external_source", "external_id", "name", "kind", "segment", "tier", "stage", "industry", "region",
            "owner_id", "parent_id", "status", "phone", "email", "acquired_on", "acquisition_channel", "referred_by_id",
            "credit_grade", "receivable", "overdue", "extra")),
        Target("productline", "customers_productline", ("name",)),
        Target("reason", "customers_reason", ("name", "parent_id", "position", "is_active")),
        Target("product", "customers_product", ("code", "name", "line_id", "extra")),
        Target("order", "customers_order", (
            "customer_id", "external_source", "number", "placed_at", "promised_on", "delivered_at", "cancelled_at",
            "currency", "rate", "amount", "cost", "customised", "value_added_service", "extra")),
        Target("orderline", "customers_orderline", (
            "order_id", "customer_id", "product_id", "occurrence", "quantity", "amount", "cost", "extra")),
        Target("return", "customers_return", (
            "line_id", "customer_id", "external_source", "number", "quantity", "amount", "returned_at", "extra")),
        Target("contact", "customers_contact", (
            "customer_id", *SOURCED, "name", "title", "email", "phone", "mobile", "language", "role", "weight",
            "is_primary", "left_on", "opted_out", "extra"), release="is_primary = false"),
        Target("interaction", "customers_interaction", (
            "customer_id", *SOURCED, "contact_id", "member_id", "channel", "direction", "kind", "occurred_at",
            "minutes", "subject", "notes", "is_automatic", "extra")),
        Target("followup", "customers_followup", (
            "customer_id", *SOURCED, "contact_id", "owner_id", "kind", "subject", "notes", "due_on", "due_time",
            "done_at", "cancelled_at", "outcome", "done_by_id", "extra")),
        Target("opportunity", "customers_opportunity", (
            "customer_id", *SOURCED, "contact_id", "owner_id", "name", "kind", "product_line_id", "channel", "stage",
            "opened_on", "expected_on", "closed_on", "outcome", "reason_id", "amount", "extra")),
        Target("contract", "customers_servicecontract", (
            "customer_id", *SOURCED, "name", "product_line_id", "starts_on", "ends_on", "is_renewed", "amount",
            "extra")),
        Target("loss", "customers_loss", (
            "customer_id", *SOURCED, "lost_on", "reason_id", "competitor", "evidence", "win_back", "win_back_on",
            "extra")),
        Target("need", "customers_need", ("customer_id", *SOURCED, "text", "raised_on", "met_on", "extra")),
        Target("project", "customers_jointproject", (
            "customer_id", *SOURCED, "name", "started_on", "ended_on", "notes", "extra")),
        Target("spend", "customers_acquisitionspend", ("channel", "month", "amount", "extra")),
    )
}  # fmt: skip


def start_log(cursor: Any) -> None:
    cursor.execute("CREATE TEMP TABLE import_log (target text, row_id bigint, before jsonb) ON COMMIT DROP")


def upsert(cursor: Any, name: str, prepared: str, columns: Iterable[str], updates: Iterable[str] = ()) -> None:
    """Insert the new rows with `columns`, change `updates` of the different ones, log both."""
    target = TARGETS[name]
    listed = ", ".join(columns)
    cursor.execute(f"INSERT INTO import_log SELECT %s, id, NULL FROM {prepared} WHERE is_new", [name])
    if updates:
        log_before(cursor, name, f"SELECT id FROM {prepared} WHERE differs")
    if updates and target.release:
        cursor.execute(
            f"UPDATE {target.table} t SET {target.release} FROM {prepared} p WHERE p.id = t.id AND p.differs"
        )
    cursor.execute(
        f"INSERT INTO {target.table} (id, {listed}{_created_at(name)})"
        f" SELECT id, {listed}{', now()' if _created_at(name) else ''} FROM {prepared} WHERE is_new"
    )
    if updates:
        assigned = ", ".join(f"{column} = p.{column}" for column in updates)
        cursor.execute(f"UPDATE {target.table} t SET {assigned} FROM {prepared} p WHERE p.id = t.id AND p.differs")


def _created_at(name: str) -> str:
    return ", created_at" if name == "customer" else ""


def log_before(cursor: Any, name: str, ids: str) -> None:
    """Keep the rows that the query `ids` names as they are now."""
    target = TARGETS[name]
    cursor.execute(
        f"INSERT INTO import_log SELECT %s, t.id, to_jsonb(t) FROM {target.table} t WHERE t.id IN ({ids})", [name]
    )


def refresh_statistics(cursor: Any) -> None:
    """Tell the planner how large the tables are now.

    Right after a first import, or one after an undo, it believes them empty. Then it reads a whole
    table for every row of the log and for every foreign key of a later delete: undoing 400,000
    lines takes hours instead of seconds.
    """
    for target in TARGETS.values():
        cursor.execute(f"ANALYZE {target.table}")


def finish_log(cursor: Any, run: ImportRun) -> None:
    """Move the log into ImportChange, with the mark of how each row was left."""
    cursor.execute("ANALYZE import_log")
    cursor.execute("SELECT count(*) FROM import_log")
    if cursor.fetchone()[0] > MANY:
        refresh_statistics(cursor)
    for target in TARGETS.values():
        for is_new in (True, False):
            cursor.execute(_bundled(target, is_new), {"run": run.pk, "target": target.name, "size": BUNDLE})


def _bundled(target: Target, is_new: bool) -> str:
    befores = "NULL" if is_new else "jsonb_agg(before ORDER BY row_id)"
    return f"""
        INSERT INTO customers_importchange (run_id, target, row_ids, marks, befores)
        SELECT %(run)s, %(target)s, array_agg(row_id ORDER BY row_id), array_agg(mark ORDER BY row_id), {befores}
        FROM (
            SELECT g.row_id, g.before, {target.mark("t")} AS mark,
                   row_number() OVER (ORDER BY g.row_id) / %(size)s AS bundle
            FROM import_log g JOIN {target.table} t ON t.id = g.row_id
            WHERE g.target = %(target)s AND g.before IS {"" if is_new else "NOT"} NULL
        ) AS marked
        GROUP BY bundle
    """
