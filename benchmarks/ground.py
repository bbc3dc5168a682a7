"""What every benchmark stands on: servers and data of its own, timing, and a table to print."""

import datetime as dt
import io
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOW = dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC)
AS_OF = dt.date(2026, 1, 1)


def start(name: str) -> None:
    """Set Django up on servers of this benchmark's own, migrated; its data stays between calls."""
    os.environ["CRMQUALITY_VAR"] = str(ROOT / "var" / "bench" / name)
    Path(os.environ["CRMQUALITY_VAR"]).mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crmquality.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_defaults", stdout=io.StringIO())


def demo_company(customers: int) -> None:
    """Make sure the database holds the made-up company of that size, analysed."""
    from django.core.management import call_command
    from django.db import connection

    from customers.models import Customer

    if Customer.objects.count() == 0:
        call_command("seed_demo", customers=customers, seed=1, start=NOW, json=True, stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def timed(seconds: list[float]) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - begin)


def seconds_of(call: Callable[[], object], times: int = 200) -> list[float]:
    """The seconds of each call, shortest first; the first call only warms up."""
    call()
    spent: list[float] = []
    for _ in range(times):
        with timed(spent):
            call()
    return sorted(spent)


def peak_megabytes(who: int = resource.RUSAGE_SELF) -> float:
    """The largest resident size so far of this process (or of its ended children)."""
    return resource.getrusage(who).ru_maxrss / 1024


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A Markdown table, numbers with two decimals."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(header) + " |")
    print("|" + "|".join("---" if n == 0 else "--:" for n in range(len(header))) + "|")
    for row in rows:
        print("| " + " | ".join(_cell(value) for value in row) + " |")


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
