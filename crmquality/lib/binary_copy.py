"""COPY of columns between numpy and PostgreSQL in the binary format, without parsing a digit.

Rows are one structured array, from which the unused bytes of texts and NULLs are left out; that
makes this several times faster than text. Whatever has no type named here goes through `copying`.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from crmquality.lib.copying import read_whole

HEADER = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
TRAILER = b"\xff\xff"
POSTGRES_EPOCH = np.datetime64("2000-01-01")
# numpy's type -> (PostgreSQL's type number, type on the wire)
WIRE = {
    "int64": (20, ">i8"),
    "int32": (23, ">i4"),
    "float32": (700, ">f4"),
    "float64": (701, ">f8"),
}
ROWS_AT_ONCE = 10_000


def copy_out_integers(
    sql: str, params: Mapping[str, Any], names: Sequence[str], moments: Collection[str] = ()
) -> dict[str, NDArray[np.int64]]:
    """The columns of `sql`, all integers and none NULL, as int64 arrays; no rows: empty arrays.

    `moments` names those that are timestamptz: microseconds since 2000, -infinity is -2**63.
    """
    wanted = ", ".join(f'"{name}"' if name in moments else f'"{name}"::int8' for name in names)
    given = ", ".join(f'"{name}"' for name in names)
    statement = f"COPY (SELECT {wanted} FROM ({sql}) AS rows ({given})) TO STDOUT (FORMAT binary)"
    row = np.dtype([("fields", ">i2"), *_fields(names, ">i8")])
    with connection.cursor() as cursor, cursor.cursor.copy(statement, params) as copy:
        data = read_whole(copy)
    body = len(data) - len(HEADER) - len(TRAILER)
    if body % row.itemsize:
        raise ValueError("The rows are not of one width: an integer column holds a NULL.")
    rows = np.frombuffer(data, row, count=body // row.itemsize, offset=len(HEADER))
    return {name: rows[name].astype(np.int64) for name in names}


def copy_in_arrays(table: str, columns: Mapping[str, NDArray[Any]]) -> int:
    """Append columns of equal length to `table`; a 2-D column becomes an SQL array per row.

    Returns how many rows. int64, int32, float32, float64, datetime64[D], and text as objects;
    NaN stays NaN, what a masked array masks becomes NULL.
    """
    length = len(next(iter(columns.values())))
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"COPY {table} ({names}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        copy.write(HEADER)
        for start in range(0, length, ROWS_AT_ONCE):
            part = {name: _plain(column[start : start + ROWS_AT_ONCE]) for name, column in columns.items()}
            copy.write(_encoded(part))
        copy.write(TRAILER)
    return length


def constant_day(day: dt.date, length: int) -> NDArray[np.datetime64]:
    """A column that says the same day in every row."""
    return np.full(length, np.datetime64(day, "D"))


def _fields(names: Sequence[str], wire: str) -> Iterator[tuple[Any, ...]]:
    for name in names:
        yield f"{name} size", ">i4"
        yield name, wire


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    """Days as PostgreSQL counts them, text as bytes that zeros fill up; the rest as it is."""
    if column.dtype == object:
        # The same few words come again and again.
        words = {word: word.encode() for word in set(column)}
        return np.array([words[word] for word in column])
    if column.dtype == "datetime64[D]":
        return (column - POSTGRES_EPOCH).astype(np.int32)
    return column


def _encoded(columns: Mapping[str, NDArray[Any]]) -> bytes:
    layout: list[tuple[Any, ...]] = [("fields", ">i2")]
    for name, column in columns.items():
        layout += _array_layout(name, column) if column.ndim == 2 else _layout(name, column)
    rows = np.zeros(len(next(iter(columns.values()))), dtype=np.dtype(layout))
    rows["fields"] = len(columns)
    places: Mapping[str, Any] = rows.dtype.fields or {}
    used = np.ones((len(rows), rows.itemsize), dtype=bool)
    for name, column in columns.items():
        if column.ndim == 2:
            _fill_array(rows, name, column)
            continue
        rows[name], rows[f"{name} size"] = column, _sizes(column)
        begin, width = places[name][1], rows[name].itemsize
        used[:, begin : begin + width] = np.arange(width) < rows[f"{name} size"][:, None]
    if used.all():
        return rows.tobytes()
    return rows.view(np.uint8).reshape(used.shape)[used].tobytes()


def _sizes(column: NDArray[Any]) -> NDArray[Any]:
    """How many bytes each value takes; -1 says NULL."""
    if column.dtype.kind == "S":
        return np.char.str_len(column)
    return np.where(np.ma.getmaskarray(column), -1, column.itemsize)


def _fill_array(rows: NDArray[Any], name: str, column: NDArray[Any]) -> None:
    number, width, size = WIRE[str(column.dtype)][0], column.shape[1], column.itemsize
    # dimensions, nulls, element type, length, lower bound
    rows[f"{name} head"] = (1, 0, number, width, 1)
    rows[f"{name} size"] = 20 + width * (4 + size)
    rows[name]["size"], rows[name]["value"] = size, column


def _layout(name: str, column: NDArray[Any]) -> list[tuple[Any, ...]]:
    return [(f"{name} size", ">i4"), (name, _wire(column))]


def _array_layout(name: str, column: NDArray[Any]) -> list[tuple[Any, ...]]:
    item = np.dtype([("size", ">i4"), ("value", _wire(column))])
    head = (f"{name} head", ">i4", (5,))
    return [(f"{name} size", ">i4"), head, (name, item, (column.shape[1],))]


def _wire(column: NDArray[Any]) -> str:
    return column.dtype.str if column.dtype.kind == "S" else WIRE[str(column.dtype)][1]
