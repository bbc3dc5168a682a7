"""Import of a million interactions of 100,000 customers against a raw COPY of the same rows.

Two floors, both into an unlogged table without keys: the file's bytes through COPY, which the server
alone reads, and, as for the orders, pandas reading the file and COPY writing it. Each step runs in a process of
its own, so that the peak of memory is that of one import; the first tenth of the file is
imported beside the whole, to show that memory does not grow with it. BENCH_ROWS says how many.
"""

import csv
import datetime as dt
import json
import os
import random
import subprocess
import sys
from pathlib import Path

from benchmarks import ground

NAME = "interactions"
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
CUSTOMERS = max(ROWS // 10, 1)
GOALS = {"ratio": 12}
HEADER = (
    "Record Id", "customer code", "owner", "when", "channel", "direction", "duration in minutes", "subject", "notes",
)  # fmt: skip
SUBJECTS = (
    "Late delivery",
    "Offer",
    "报价跟进",
    "Return visit",
    "Complaint about packing",
    "新产品介绍",
    "Invoice",
    "",
)
STAFF = ("ann", "li", "wang", "")
START = dt.datetime(2025, 1, 1)


def file_of(rows: int) -> Path:
    """Made once, the same every time."""
    path = ground.ROOT / "var" / "bench" / NAME / f"interactions-{rows}.csv"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        dice = random.Random(1)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(_row(dice, number) for number in range(rows))
    return path


def _row(dice: random.Random, number: int) -> list[object]:
    when = START + dt.timedelta(minutes=dice.randrange(525_600))
    return [
        f"I{number:08}", f"C{dice.randrange(CUSTOMERS):06}", dice.choice(STAFF), f"{when:%Y-%m-%d %H:%M}",
        dice.choice(("phone", "email", "visit", "wechat")), dice.choice(("in", "out")), dice.randrange(1, 90),
        dice.choice(SUBJECTS), f"Talked about order {dice.randrange(10**6)} and what comes next.",
    ]  # fmt: skip


def raw_copy() -> dict[str, float]:
    """The file's bytes through COPY."""
    from django.db import connection

    columns = ", ".join(f'"{name}" text' for name in HEADER)
    seconds: list[float] = []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(f"CREATE UNLOGGED TABLE bench_floor ({columns})")
        statement = "COPY bench_floor FROM STDIN (FORMAT csv, HEADER)"
        with ground.timed(seconds), file_of(ROWS).open("rb") as file, cursor.cursor.copy(statement) as copy:
            while block := file.read(1 << 18):
                copy.write(block)
        cursor.execute("DROP TABLE bench_floor")
    return {"seconds": seconds[0], "megabytes": ground.peak_megabytes(), "rows": ROWS}


def floor() -> dict[str, float]:
    """pandas reads, COPY writes."""
    import pandas as pd
    from django.db import connection

    from crmquality.lib.copying import copy_in

    names = [f"c{place}" for place in range(len(HEADER))]
    seconds: list[float] = []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(f"CREATE UNLOGGED TABLE bench_floor ({', '.join(f'{name} text' for name in names)})")
        with ground.timed(seconds):
            frame = pd.read_csv(file_of(ROWS), dtype=str, names=names, header=0)
            copy_in("bench_floor", names, frame)
        cursor.execute("DROP TABLE bench_floor")
    return {"seconds": seconds[0], "megabytes": ground.peak_megabytes(), "rows": ROWS}


def bring_in(rows: int, *, dry_run: bool = False) -> dict[str, float]:
    from customers.imports.progress import Silent
    from customers.imports.running import run_import
    from customers.imports.starting import start_run

    seconds: list[float] = []
    path = file_of(rows)
    with ground.timed(seconds):
        run = run_import(start_run("interactions", path, source="bench"), path, Silent(), dry_run=dry_run)
    assert run.lines_read == rows and not run.rejected
    return {"seconds": seconds[0], "megabytes": ground.peak_megabytes(), "rows": rows}


def take_back() -> dict[str, float]:
    from customers.imports.progress import Silent
    from customers.imports.undo import undo
    from customers.models import ImportRun

    seconds: list[float] = []
    run = ImportRun.objects.filter(status="done", created__gt=0).latest("id")
    with ground.timed(seconds):
        undo(run, Silent())
    return {"seconds": seconds[0], "megabytes": ground.peak_megabytes(), "rows": ROWS}


STEPS = {
    "raw COPY": raw_copy,
    "pandas and COPY": floor,
    "dry run of a tenth": lambda: bring_in(ROWS // 10, dry_run=True),
    "dry run": lambda: bring_in(ROWS, dry_run=True),
    "import": lambda: bring_in(ROWS),
    "the same again": lambda: bring_in(ROWS),
    "undo": take_back,
}


def prepare() -> dict[str, float]:
    """The files, and the customers and staff that they name; a process of its own, whose peak nobody inherits."""
    from django.db import connection

    from crmquality.office.models import Member
    from customers.models import Customer

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE customers_customer, customers_importrun, customers_changedcustomer, office_recordkeeping CASCADE"
        )
    coded = (Customer(code=f"C{n:06}", name=f"Customer {n}") for n in range(CUSTOMERS))
    Customer.objects.bulk_create(coded, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for name in filter(None, STAFF):
        Member.objects.get_or_create(username=name)
    for rows in (ROWS // 10, ROWS):
        file_of(rows)
    return {}


def measured(step: str) -> dict[str, float]:
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.import_interactions", step], check=True, capture_output=True, text=True
    )
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def main() -> None:
    measured("prepare")
    results = {step: measured(step) for step in STEPS}
    raw, base = (results[step]["seconds"] / ROWS for step in ("raw COPY", "pandas and COPY"))
    rows = []
    for step, r in results.items():
        each = r["seconds"] / r["rows"]
        rows.append((step, r["seconds"], int(1 / each), r["megabytes"], each / raw, each / base))
    title = f"Import of {ROWS:,} interactions of {CUSTOMERS:,} customers"
    ground.print_table(title, ["step", "seconds", "rows a second", "peak MB (client)", "× raw COPY", "× floor"], rows)
    print(f"\nGoal for the import: {GOALS['ratio']} × floor; memory as for a tenth.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ground.start(NAME)
        print(json.dumps({"prepare": prepare, **STEPS}[sys.argv[1]]()))
    else:
        main()
