"""Writes an Excel sheet row by row in constant memory."""

import datetime as dt
from collections.abc import Iterable, Sequence
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


def write_sheet(file: IO[bytes], name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Write the rows, the first one as the heading, as the only sheet of a workbook."""
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        sheet = workbook.add_worksheet(name[:31])
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, dt.datetime):
                    cell = cell.replace(tzinfo=None)
                sheet.write(number, place, cell, bold if number == 0 else None)
