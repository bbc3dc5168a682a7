"""Files and a short way to import them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from customers.imports.progress import Silent
from customers.imports.running import run_import
from customers.imports.starting import start_run
from customers.models import ImportRun

Import = Callable[..., ImportRun]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write_file


@pytest.fixture
def bring_in(db, write) -> Import:
    """Import a text as if it were a file."""

    def bring(kind: str, text: str, *, dry_run: bool = False, **wishes: object) -> ImportRun:
        path = write(text)
        return run_import(start_run(kind, path, **wishes), path, Silent(), dry_run=dry_run)

    return bring


UCI_HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
UCI = (
    UCI_HEADER
    + """\
536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,71053,LANTERN,3,2010-12-01 08:26:00,3.39,17850,United Kingdom
536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850,United Kingdom
536366,85123A,HEART,2,2010-12-05 09:00:00,2.55,17850,United Kingdom
536366,85123A,HEART,2,2010-12-05 09:00:00,2.55,17850,United Kingdom
536367,POST,POSTAGE,1,2010-12-05 09:00:00,18.00,12583,France
536368,22728,CLOCK,1,2010-12-05 09:00:00,0,12583,France
536369,22728,CLOCK,1,2010-12-05 09:00:00,3.75,,France
C536370,85123A,HEART,-5,2010-12-07 10:00:00,2.55,17850,United Kingdom
C536371,85123A,HEART,-1,2010-12-08 10:00:00,2.55,17850,United Kingdom
C536372,22728,CLOCK,-1,2010-12-08 10:00:00,3.75,12583,France
"""
)


@pytest.fixture
def uci() -> str:
    return UCI
