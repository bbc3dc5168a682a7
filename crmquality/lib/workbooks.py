"""Excel workbooks (.xlsx) as rows of text.

A workbook is read whole, so its unpacked size and the extent of its cells are checked first:
one cell at XFD1048576 would otherwise make the reader allocate seventeen thousand million.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from .table_errors import TableError

BLOCK = 1 << 20
CELL = re.compile(rb'<c[^>]*? r="([A-Z]{1,3})(\d{1,7})"')


def check(path: Path, byte_limit: int, cell_limit: int, column_limit: int) -> int:
    """Refuse bombs; the highest row number of any sheet otherwise."""
    try:
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise TableError(_("This zip file is not an Excel workbook; unpack it first."))
            return _checked_rows(archive, byte_limit, cell_limit, column_limit)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
        raise TableError(_("The workbook is damaged or encrypted; save it again and try once more.")) from None


def _checked_rows(archive: zipfile.ZipFile, byte_limit: int, cell_limit: int, column_limit: int) -> int:
    unpacked, height = 0, 0
    for member in archive.infolist():
        rows, columns, carry = 0, 0, b""
        with archive.open(member) as part:
            # Declared sizes may lie; what really comes out is counted.
            while block := part.read(BLOCK):
                unpacked += len(block)
                if unpacked > byte_limit:
                    raise TableError(
                        _("The workbook unpacks to more than %(limit)s MB; save it as CSV.")
                        % {"limit": byte_limit >> 20}
                    )
                if member.filename.startswith("xl/worksheets/"):
                    for letters, row in CELL.findall(carry + block):
                        rows, columns = max(rows, int(row)), max(columns, _column_number(letters))
                    carry = block[-200:]
        if columns > column_limit or rows * columns > cell_limit:
            raise TableError(
                _("The sheet is too large: %(rows)s rows, %(columns)s columns; save it as CSV.")
                % {"rows": rows, "columns": columns}
            )
        height = max(height, rows)
    return height


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet that are not blank, numbered as Excel numbers them."""
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        cells = sheet.iter_rows()
    except (CalamineError, OSError, IndexError) as error:
        raise TableError(_("The workbook cannot be read (%(error)s).") % {"error": error}) from error
    for number, row in enumerate(cells, 1):
        texts = [cell_text(cell) for cell in row]
        if any(texts):
            yield number, texts


def cell_text(cell: Any) -> str:
    """A cell as one would type it; '' for an empty one.

    >>> cell_text(6.0), cell_text(dt.datetime(2011, 12, 9, 12, 50)), cell_text(True)
    ('6', '2011-12-09 12:50:00', 'true')
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else str(cell)
