"""Writes an Excel sheet row by row in constant memory."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import IO, Any

import xlsxwriter

# Text stays text: no cell becomes a formula or a link because of how it begins.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
    "nan_inf_to_errors": True,
}
# What Excel can hold; the library leaves out in silence what is beyond.
MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767


def write_sheet(file: IO[bytes], name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows, the first one as the heading; a full sheet is followed by another."""
    rows = iter(rows)
    heading = next(rows, ())
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        bold = workbook.add_format({"bold": True})
        moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        number = 0
        while True:
            part = list(islice(rows, 1))
            if not part and number:
                return
            number += 1
            sheet = workbook.add_worksheet(name[:31] if number == 1 else f"{name[:25]} {number}")
            sheet.freeze_panes(1, 0)
            _write_row(sheet, 0, heading, bold)
            for place, row in enumerate(islice(chain(part, rows), MOST_ROWS - 1), 1):
                _write_row(sheet, place, row, None, moment)


def _write_row(sheet: Any, number: int, row: Sequence[Any], style: Any, moment: Any = None) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, dt.datetime):
            sheet.write_datetime(number, place, cell.replace(tzinfo=None), moment)
        else:
            sheet.write(number, place, cell[:MOST_CHARACTERS] if isinstance(cell, str) else cell, style)
