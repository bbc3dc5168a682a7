"""Where in the database a person's words stand, and how to blot them out.

Tables and columns are read from the database itself, so that history, logs and tables of later
releases are covered without being named here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import connection, transaction

from crmquality.lib.text import normalised

# One sign, so that no text grows beyond its column.
MARK = "█"
TEXT_COLUMNS = """
    SELECT c.table_name, c.column_name, c.data_type
    FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
      AND (c.data_type IN ('text', 'character varying', 'jsonb')
           OR (c.data_type = 'ARRAY' AND c.udt_name IN ('_text', '_varchar')))
      -- Scores say nothing of persons in words, and published ones are frozen.
      AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(quote_ident(c.table_name)))
      AND NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = to_regclass(quote_ident(c.table_name)))
    ORDER BY 1, 2
"""
SHORTEST_NUMBER = 7


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    type: str


def text_columns() -> list[Column]:
    """Every column that can hold words."""
    with connection.cursor() as cursor:
        cursor.execute(TEXT_COLUMNS)
        return [Column(*row) for row in cursor.fetchall()]


def patterns(names: Iterable[str], emails: Iterable[str], numbers: Iterable[str]) -> list[str]:
    """Regular expressions of PostgreSQL that find the words however they are written; no empty ones.

    >>> patterns(["Li Na", ""], [], ["021-6123 4567"])[0]
    '\\\\mli\\\\s+na\\\\M'
    """
    found = [_name(name) for name in names if name.strip()]
    found += [re.escape(email.strip().lower()) for email in emails if email.strip()]
    return found + [_number(number) for number in numbers if len(_digits(number)) >= SHORTEST_NUMBER]


def _name(name: str) -> str:
    """Whole words where words are parted by blanks; anywhere in Chinese, which parts none."""
    pattern = r"\s+".join(re.escape(word) for word in normalised(name).split())
    first, last = normalised(name)[0], normalised(name)[-1]
    return (
        ("\\m" if first.isascii() and first.isalnum() else "")
        + pattern
        + ("\\M" if last.isascii() and last.isalnum() else "")
    )


def _digits(number: str) -> str:
    return re.sub(r"\D", "", normalised(number))


def _number(number: str) -> str:
    """By its last eight digits, as `lib.text.phone_key`, with whatever leads up to them."""
    return r"[+(]?[-\s().\d]*" + r"[-\s().]*".join(_digits(number)[-8:])


def blot_out(words: list[str], where: str = "true", tables: Iterable[str] | None = None, params: Any = ()) -> int:
    """Replace what `words` find by a mark; returns how many values changed.

    `where` narrows down the rows, `tables` the tables; without both, it is everywhere.
    """
    if not words:
        return 0
    chosen = None if tables is None else set(tables)
    columns = [column for column in text_columns() if chosen is None or column.table in chosen]
    with without_history(), connection.cursor() as cursor:
        return sum(_blot(cursor, column, "|".join(words), where, params) for column in columns)


def _blot(cursor: Any, column: Column, pattern: str, where: str, params: Any) -> int:
    name = f'"{column.name}"'
    replaced = f"regexp_replace({name}, %s, '{MARK}', 'gi')"
    if column.type == "jsonb":
        replaced = f"regexp_replace({name}::text, %s, '{MARK}', 'gi')::jsonb"
    elif column.type == "ARRAY":
        replaced = f"array(SELECT regexp_replace(item, %s, '{MARK}', 'gi') FROM unnest({name}) AS item)"
    cursor.execute(
        f'UPDATE "{column.table}" SET {name} = {replaced} WHERE {name}::text ~* %s AND ({where})',
        [pattern, pattern, *params],
    )
    return int(cursor.rowcount)


class without_history:
    """While it lasts, changed and deleted rows leave no earlier state behind."""

    def __enter__(self) -> None:
        names = [
            trigger.get_pgid(model)
            for model, trigger in pgtrigger.registered()
            if trigger.name in ("update_update", "delete_delete")
        ]
        self._set("{" + ",".join(names) + "}")

    def __exit__(self, *_error: object) -> None:
        self._set("{}")

    @staticmethod
    def _set(value: str) -> None:
        if not transaction.get_connection().needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [value])


def tables_of_customers() -> Iterator[str]:
    """Every table whose rows name a customer, histories included; the customers' own apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_name = 'customer_id' AND table_name LIKE 'customers\\_%'"
        )
        yield from (name for (name,) in cursor.fetchall())
