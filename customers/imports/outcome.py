"""What became of a file's lines: counts, and money twice."""

from dataclasses import dataclass, field
from typing import Any

from .staging import Job


@dataclass(frozen=True)
class Outcome:
    """A prepared table with `outcome` and `file_money` per line, and the table it goes into.

    `table` is empty for kinds without money; `sign` is -1 where the file writes minus.
    """

    prepared: str
    table: str = ""
    sign: int = 1
    # Where the prepared table tells created, updated or unchanged.
    fate: str = "outcome"
    # The column of the money, in both tables.
    money: str = "amount"


@dataclass
class Counts:
    lines_read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected_by_reason: dict[str, int] | None = None
    money_accepted: int = 0
    money_in_file: int = 0
    left_empty: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        return sum((self.rejected_by_reason or {}).values())


def count(cursor: Any, job: Job, outcomes: list[Outcome], lines_read: int, *, is_written: bool) -> Counts:
    """Counts by outcome and reason; accepted money from the rows written (or to be written)."""
    counts = Counts(lines_read=lines_read, rejected_by_reason=_rejected(cursor))
    for outcome in outcomes:
        cursor.execute(
            f"SELECT {outcome.fate}, count(*), COALESCE(sum(file_money), 0) FROM {outcome.prepared} GROUP BY 1"
        )
        for name, lines, money in cursor.fetchall():
            setattr(counts, name, getattr(counts, name) + lines)
            counts.money_in_file += int(money) if name != "unchanged" else 0
        counts.money_accepted += outcome.sign * _money(cursor, outcome, is_written)
    return counts


def _money(cursor: Any, outcome: Outcome, is_written: bool) -> int:
    if not outcome.table:
        return 0
    source = f"{outcome.table} t JOIN {outcome.prepared} p ON p.id = t.id" if is_written else f"{outcome.prepared} p"
    amount = f"{'t' if is_written else 'p'}.{outcome.money}"
    cursor.execute(f"SELECT COALESCE(sum({amount}), 0) FROM {source} WHERE p.{outcome.fate} <> 'unchanged'")
    return int(cursor.fetchone()[0])


KEYS = ("code", "product", "external_id", "month", "customer", "related", "customer_name", "contact")
CUSTOMER = ("customer", "related", "customer_name", "contact")
# Where the fault of a line lies that SQL found: the first of these fields that the line tells.
FIELDS_OF = {
    "exact_duplicate": ("number",), "no_product": ("product",), "no_amount": ("amount", "price"),
    "cancellation_not_negative": ("quantity",), "quantity_not_positive": ("quantity",),
    "amount_negative": ("amount", "price"), "amount_out_of_range": ("amount", "price"),
    "rate_not_positive": ("rate",), "no_rate": ("currency",), "delivered_before_placed": ("delivered_at",),
    "cancelled_before_placed": ("cancelled_at",), "cancelled_and_delivered": ("cancelled_at",),
    "order_of_another_customer": ("customer",), "order_repeated": ("number",), "repeated_key": KEYS,
    "no_customer": CUSTOMER, "unknown_customer": CUSTOMER, "ambiguous_customer": CUSTOMER,
    "unknown_contact": ("contact", "contact_name"), "contact_of_another": ("contact",),
    "no_name": ("name", "last_name"),
    "another_is_primary": ("is_primary",), "weight_not_positive": ("weight",),
    "minutes_out_of_range": ("minutes", "seconds"), "no_done_at": ("status",), "no_cancelled_at": ("status",),
    "done_and_cancelled": ("cancelled_at",), "no_closed_on": ("outcome", "stage"),
    "ends_before_start": ("ends_on", "ended_on", "met_on"), "no_win_back_on": ("win_back",),
    "refers_itself": ("referred_by",), "unknown_referrer": ("referred_by",),
    "overdue_not_owed": ("overdue", "receivable"),
    "no_earlier_purchase": ("order_number", "product"), "unknown_owner": ("owner",), "unknown_parent": ("parent",),
    "parent_is_itself": ("parent",), "key_of_another": ("external_id", "code"),
    "too_long": ("number", "name", "last_name"),
}  # fmt: skip

REJECTED = """
    SELECT line, reason, bad_column, bad_value FROM import_stage WHERE reason IS NOT NULL
    UNION ALL
    SELECT l.line, l.reason, CASE l.reason {columns} END, CASE l.reason {values} END
    FROM import_lines l JOIN import_stage s ON s.line = l.line WHERE l.reason IS NOT NULL
"""


def _rejected(cursor: Any) -> dict[str, int]:
    cursor.execute("""
        SELECT reason, count(*) FROM (
            SELECT reason FROM import_stage WHERE reason IS NOT NULL
            UNION ALL SELECT reason FROM import_lines WHERE reason IS NOT NULL
        ) AS r GROUP BY reason ORDER BY count(*) DESC, reason
    """)
    return dict(cursor.fetchall())


def store_rejections(cursor: Any, job: Job, run_id: int) -> None:
    """Replace what an earlier look at the file left."""
    columns = values = "WHEN '' THEN ''"
    params: dict[str, Any] = {"run": run_id}
    for reason, fields in FIELDS_OF.items():
        told = [name for name in fields if name in job.mapping]
        if told:
            given = " ".join(f"WHEN s.{name} IS NOT NULL THEN %(column_{name})s" for name in told)
            columns += f" WHEN '{reason}' THEN CASE {given} ELSE %(column_{told[0]})s END"
            values += f" WHEN '{reason}' THEN left(COALESCE({', '.join(f's.{name}::text' for name in told)}), 200)"
            params |= {f"column_{name}": job.mapping[name] for name in told}
    rejected = REJECTED.format(columns=columns, values=values)
    cursor.execute("DELETE FROM customers_importrejection WHERE run_id = %(run)s", params)
    cursor.execute(
        'INSERT INTO customers_importrejection (run_id, line, "column", value, reason)'
        f" SELECT %(run)s, line, COALESCE(bad_column, ''), COALESCE(bad_value, ''), reason FROM ({rejected}) AS r",
        params,
    )
