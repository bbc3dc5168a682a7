"""Rows to take along, as CSV or as a workbook."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse

from crmquality.lib.csvsafe import csv_lines
from crmquality.lib.sheets import write_sheet

# Whatever is in a file from outside: nothing runs, nothing is guessed, nothing stays on a shared machine.
SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
Rows = Iterable[Sequence[Any]]


def _csv(rows: Rows, name: str) -> HttpResponseBase:
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _xlsx(rows: Rows, name: str) -> HttpResponseBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_sheet(file, name, rows)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")


# By what an address asks for in ?export=; each takes the rows, the heading first, and the file's name.
EXPORTS: dict[str, Callable[[Rows, str], HttpResponseBase]] = {"csv": _csv, "xlsx": _xlsx}


def sandboxed(path: Path, name: str, content_type: str) -> FileResponse:
    """The file that somebody sent us, to save; never shown as a page of this site."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=SANDBOX)
