"""Many rows into and out of PostgreSQL by COPY.

COPY moves a million rows in seconds where fetchall and executemany take minutes.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection as default_connection
from psycopg import Copy, errors, pq
from psycopg import sql as pg
from psycopg.abc import PQGen
from psycopg.waiting import WAIT_R

NULL = r"\N"
# Type numbers of PostgreSQL that need more than pandas' own guess.
BOOL, TEXTS, DATES, ZONED = 16, {19, 25, 1042, 1043, 114, 3802}, {1082, 1114}, {1184}
ROWS_AT_ONCE = 50_000


def copy_out(sql: str, params: Sequence[Any] | Mapping[str, Any] = (), *, connection: Any = None) -> pd.DataFrame:
    """The rows of `sql` as a DataFrame with typed columns; no rows: the columns alone.

    Integers are int64, or float64 where a null is among them; numeric is float64; text is
    object with None for null; dates and times are datetime64 (with zone: in UTC); booleans
    are bool, or "boolean" where a null is among them; arrays stay text.
    """
    connection = connection or default_connection
    connection.ensure_connection()
    with connection.cursor() as cursor:
        raw = cursor.cursor
        types = _column_types(raw, sql, params)
        with raw.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv, NULL '{NULL}')", params or None) as copy:
            buffer = io.BytesIO(read_whole(copy))
    return _typed_frame(buffer, types)


def read_whole(copy: Copy) -> bytearray:
    """All that the server sends; psycopg's own reading takes five calls for every row."""
    pgconn, data = copy.connection.pgconn, bytearray()

    def reading() -> PQGen[None]:
        size, block = pgconn.get_copy_data(1)
        while size >= 0:
            data.extend(block)
            if not size:
                yield WAIT_R
                pgconn.consume_input()
            size, block = pgconn.get_copy_data(1)

    copy.connection.wait(reading())
    result = pgconn.get_result()
    while pgconn.get_result():
        pass
    if result and result.status != pq.ExecStatus.COMMAND_OK:
        raise errors.error_from_result(result)
    return data


def _column_types(raw: Any, sql: str, params: Any) -> dict[str, int]:
    raw.execute(f"SELECT * FROM ({sql}) AS wanted LIMIT 0", params or None)
    return {column.name: column.type_code for column in raw.description}


def _typed_frame(buffer: io.BytesIO, types: dict[str, int]) -> pd.DataFrame:
    frame = pd.read_csv(
        buffer,
        names=list(types),
        header=None,
        keep_default_na=False,
        na_values=[NULL],
        true_values=["t"],
        false_values=["f"],
        dtype={name: object for name, oid in types.items() if oid in TEXTS},
    )
    for name, oid in types.items():
        frame[name] = _typed(frame[name], oid)
    return frame


def _typed(column: pd.Series, oid: int) -> pd.Series:
    if oid in TEXTS:
        return column.where(column.notna(), None).astype(object)
    if oid in DATES:
        return pd.to_datetime(column, format="ISO8601")
    if oid in ZONED:
        return pd.to_datetime(column, format="ISO8601", utc=True)
    if oid == BOOL and column.dtype != bool:
        return column.astype("boolean")
    return column


def copy_in(
    table: str, columns: Sequence[str], frame: pd.DataFrame | Iterable[Sequence[Any]], *, connection: Any = None
) -> int:
    """Append `frame` (or rows in the order of `columns`) to `table`; returns how many rows.

    NaN, NaT and None become null. A cell that is a list or an array becomes an SQL array.
    """
    connection = connection or default_connection
    if not isinstance(frame, pd.DataFrame):
        frame = pd.DataFrame(list(frame), columns=list(columns), dtype=object)
    frame = frame[list(columns)]
    connection.ensure_connection()
    with connection.cursor() as cursor, cursor.cursor.copy(_copy_statement(table, columns)) as copy:
        for start in range(0, len(frame), ROWS_AT_ONCE):
            copy.write(_as_csv(frame.iloc[start : start + ROWS_AT_ONCE]))
    return len(frame)


def _copy_statement(table: str, columns: Sequence[str]) -> pg.Composed:
    return pg.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL {})").format(
        pg.Identifier(*table.split(".")),
        pg.SQL(", ").join(map(pg.Identifier, columns)),
        pg.Literal(NULL),
    )


def _as_csv(part: pd.DataFrame) -> str:
    arrays = {str(name): part[name].map(_array_text) for name in part if _holds_arrays(part[name])}
    return str(part.assign(**arrays).to_csv(index=False, header=False, na_rep=NULL))


def _holds_arrays(column: pd.Series) -> bool:
    if column.dtype != object or column.empty:
        return False
    first = column.iloc[0]
    return isinstance(first, list | tuple | np.ndarray)


def _array_text(cell: Any) -> str | None:
    if cell is None:
        return None
    return "{" + ",".join("NULL" if pd.isna(item) else _array_item(item) for item in cell) + "}"


def _array_item(item: Any) -> str:
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(item.item() if isinstance(item, np.generic) else item)
