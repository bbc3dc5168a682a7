"""CSV that spreadsheets open as intended: with a byte order mark and without live formulas."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

BOM = "\ufeff"
# A cell that begins with one of these is run as a formula by Excel and its relatives;
# full-width forms too, where the East Asian editions normalise them.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
PLAIN_NUMBER = re.compile(r"[+-]\d+(\.\d+)?", re.ASCII)


def neutral(cell: object) -> object:
    """`cell`, with an apostrophe before text that a spreadsheet would run as a formula.

    >>> neutral("=1+1"), neutral("-12.50"), neutral(-12)
    ("'=1+1", '-12.50', -12)
    """
    if not isinstance(cell, str) or not cell.lstrip(" ").startswith(DANGEROUS):
        return cell
    return cell if _is_plain_number(cell) else "'" + cell


def _is_plain_number(cell: str) -> bool:
    return PLAIN_NUMBER.fullmatch(cell.strip()) is not None


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The rows as lines of CSV, the mark first, for a streaming response."""
    yield BOM
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
