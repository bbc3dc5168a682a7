"""Partitions of the score store: one a day, made on demand, dropped when their time is over."""

import datetime as dt

from django.db import connection, transaction

SCORE_DAYS = 90
READING_DAYS = 7
TABLES = {"scoring_score": SCORE_DAYS, "scoring_reading": READING_DAYS}


def ensure(as_of: dt.date) -> None:
    """Make the partitions of the day unless they are there.

    CREATE and ATTACH instead of PARTITION OF, which would lock readers of the whole store out.
    """
    for table in TABLES:
        name = _name(table, as_of)
        with transaction.atomic(), connection.cursor() as cursor:
            # Two starters at once: the second waits here and finds the partition.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0]:
                continue
            cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
            cursor.execute(
                f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
                [as_of, as_of + dt.timedelta(days=1)],
            )


def purge(today: dt.date, keep: set[dt.date], computed_on: dict[dt.date, dt.date]) -> list[str]:
    """Drop partitions past their retention; returns their names.

    Month-ends and the days of `keep` stay for ever. Retention counts from the day of computing
    (`computed_on` by as-of day), so that recomputed past dates live as long.
    """
    dropped = []
    for table, days in TABLES.items():
        for as_of, name in _partitions(table):
            computed = computed_on.get(as_of, as_of)
            if as_of in keep or _is_month_end(as_of) or computed > today - dt.timedelta(days=days):
                continue
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {name}")
                cursor.execute(f"DROP TABLE {name}")
            dropped.append(name)
    return dropped


def _name(table: str, as_of: dt.date) -> str:
    return f"{table}_{as_of:%Y%m%d}"


def _partitions(table: str) -> list[tuple[dt.date, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass",
            [table],
        )
        names = sorted(name for (name,) in cursor.fetchall())
    return [(dt.datetime.strptime(name[-8:], "%Y%m%d").date(), name) for name in names]


def _is_month_end(day: dt.date) -> bool:
    """As of the 1st: what was true when the month before ended."""
    return day.day == 1
