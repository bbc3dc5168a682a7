"""A list as a file to take away: CSV that spreadsheets open as intended, or Excel."""

import tempfile
from collections.abc import Iterable, Sequence

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from .csvsafe import csv_lines
from .sheets import write_sheet

FORMATS = ("csv", "xlsx")
Rows = Iterable[Sequence[object]]


def as_file(rows: Rows, name: str, how: str) -> HttpResponseBase:
    """The rows, the heading first, as a download named `name`; they are read as they are written."""
    if how == "xlsx":
        file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        write_sheet(file, name, rows)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
