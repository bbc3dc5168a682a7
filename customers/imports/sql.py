"""Small words for the import's statements."""

from typing import Any

from crmquality.lib.money import digits_of

from .staging import Job


def run(cursor: Any, statement: str, params: dict[str, Any] | None = None) -> int:
    cursor.execute(statement, params or None)
    return int(cursor.rowcount)


def one(cursor: Any, statement: str, params: dict[str, Any] | None = None) -> Any:
    cursor.execute(statement, params or None)
    return cursor.fetchone()[0]


def temp_table(cursor: Any, name: str, query: str, params: dict[str, Any] | None = None, index: str = "") -> None:
    cursor.execute(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {query}", params or None)
    if index:
        cursor.execute(f"CREATE INDEX ON {name} ({index})")
    cursor.execute(f"ANALYZE {name}")


def drop_temp_tables(cursor: Any) -> None:
    """They go with their transaction, but an import may be one of several in a larger one."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'"
        " AND relname ~ '^(import|undo)_'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TABLE pg_temp.{name}")


def next_id(table: str) -> str:
    """Ids are drawn before rows are written, so that rows of several tables can name each other.

    The sequence by name: to look it up with pg_get_serial_sequence for every row costs more
    than the number. An identity column's sequence is always called so.
    """
    return f"nextval('{table}_id_seq'::regclass)"


def currency_table(cursor: Any, job: Job) -> None:
    """The decimals of every currency in the file, and of the organisation's."""
    if job.knows("currency"):
        cursor.execute("SELECT DISTINCT currency FROM import_stage WHERE currency IS NOT NULL")
        codes = {row[0] for row in cursor.fetchall()}
    else:
        codes = set()
    cursor.execute("CREATE TEMP TABLE import_currencies (code text PRIMARY KEY, factor numeric) ON COMMIT DROP")
    known = sorted({*codes, job.currency, job.home_currency})
    run(
        cursor, "INSERT INTO import_currencies SELECT * FROM unnest(%(codes)s::text[], %(factors)s::numeric[])",
        {"codes": known, "factors": [10 ** digits_of(code) for code in known]},
    )  # fmt: skip
