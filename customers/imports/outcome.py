"""What became of a file's lines: counts, and money twice."""

from dataclasses import dataclass
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


@dataclass
class Counts:
    lines_read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected_by_reason: dict[str, int] | None = None
    money_accepted: int = 0
    money_in_file: int = 0

    @property
    def rejected(self) -> int:
        return sum((self.rejected_by_reason or {}).values())


def count(cursor: Any, job: Job, outcomes: list[Outcome], lines_read: int, *, is_written: bool) -> Counts:
    """Counts by outcome and reason; accepted money from the rows written (or to be written)."""
    counts = Counts(lines_read=lines_read, rejected_by_reason=_rejected(cursor))
    for outcome in outcomes:
        cursor.execute(
            f"SELECT outcome, count(*), COALESCE(sum(file_money), 0) FROM {outcome.prepared} GROUP BY outcome"
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
    amount = "t.amount" if is_written else "p.amount"
    cursor.execute(f"SELECT COALESCE(sum({amount}), 0) FROM {source} WHERE p.outcome <> 'unchanged'")
    return int(cursor.fetchone()[0])


REJECTED = """
    SELECT line, reason, bad_column, bad_value FROM import_stage WHERE reason IS NOT NULL
    UNION ALL
    SELECT line, reason, NULL, NULL FROM import_lines WHERE reason IS NOT NULL
"""


def _rejected(cursor: Any) -> dict[str, int]:
    cursor.execute(f"SELECT reason, count(*) FROM ({REJECTED}) AS r GROUP BY reason ORDER BY count(*) DESC, reason")
    return dict(cursor.fetchall())


def store_rejections(cursor: Any, run_id: int) -> None:
    cursor.execute("DELETE FROM customers_importrejection WHERE run_id = %s", [run_id])
    cursor.execute(
        'INSERT INTO customers_importrejection (run_id, line, "column", value, reason)'
        f" SELECT %s, line, COALESCE(bad_column, ''), COALESCE(bad_value, ''), reason FROM ({REJECTED}) AS r",
        [run_id],
    )
