"""Import of Online Retail (541,909 lines) against pandas reading the file and a raw COPY.

The floor is what nobody can leave out: reading the file and writing its rows into an unlogged
table without keys. Each step runs in a process of its own, so that the peak of memory is that
of one import. The import is done anew, done again (nothing changes), looked at, and undone.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import ground

DATA = Path(os.environ.get("CRMQUALITY_REAL_DATA") or ground.ROOT.parent / "shared" / "data")
FILE = DATA / "online_retail.csv.gz"
NAME = "import"
GOALS = {"seconds": 60, "megabytes": 700, "ratio": 12}


def floor() -> dict[str, float]:
    """pandas reads, COPY writes."""
    import pandas as pd
    from django.db import connection

    from crmquality.lib.copying import copy_in

    seconds: list[float] = []
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(
            "CREATE UNLOGGED TABLE bench_floor (invoice text, code text, description text, quantity int,"
            " placed_at timestamp, price numeric, customer text, country text)"
        )
        connection.ensure_connection()
        with ground.timed(seconds):
            frame = pd.read_csv(FILE, dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str})
            frame.columns = ["invoice", "code", "description", "quantity", "placed_at", "price", "customer", "country"]
            copy_in("bench_floor", list(frame.columns), frame)
        cursor.execute("DROP TABLE bench_floor")
    return {"seconds": seconds[0], "megabytes": ground.peak_megabytes()}


def bring_in(*, dry_run: bool = False) -> dict[str, float]:
    from customers.imports.progress import Silent
    from customers.imports.running import run_import
    from customers.imports.starting import start_run

    seconds: list[float] = []
    with ground.timed(seconds):
        run = run_import(start_run("orders", FILE, preset="uci-online-retail"), FILE, Silent(), dry_run=dry_run)
    return {"seconds": seconds[0], "megabytes": ground.peak_megabytes(), "created": run.created,
            "unchanged": run.unchanged, "rejected": run.rejected}  # fmt: skip


def take_back() -> dict[str, float]:
    from customers.imports.progress import Silent
    from customers.imports.undo import undo
    from customers.models import ImportRun

    seconds: list[float] = []
    run = ImportRun.objects.filter(status="done", created__gt=0).latest("id")
    with ground.timed(seconds):
        undo(run, Silent())
    return {"seconds": seconds[0], "megabytes": ground.peak_megabytes()}


STEPS = {
    "floor": floor,
    "dry run": lambda: bring_in(dry_run=True),
    "import": bring_in,
    "the same again": bring_in,
    "undo": take_back,
}


def empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE customers_customer, customers_product, customers_productline, customers_importrun,"
            " customers_changedcustomer, office_recordkeeping CASCADE"
        )
        cursor.execute("VACUUM ANALYZE")


def measured(step: str) -> dict[str, float]:
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.import_online_retail", step], check=True, capture_output=True, text=True
    )
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def main() -> None:
    if not FILE.is_file():
        print(f"{FILE} is not there; name its folder in CRMQUALITY_REAL_DATA.", file=sys.stderr)
        return
    ground.start(NAME)
    empty()
    results = {step: measured(step) for step in STEPS}
    base = results["floor"]["seconds"]
    rows = [(step, r["seconds"], r["megabytes"], r["seconds"] / base) for step, r in results.items()]
    ground.print_table("Import of 541,909 lines", ["step", "seconds", "peak MB (client)", "× floor"], rows)
    print(f"\nGoals for the import: {GOALS['seconds']} s, {GOALS['megabytes']} MB, {GOALS['ratio']} × floor.")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ground.start(NAME)
        print(json.dumps(STEPS[sys.argv[1]]()))
    else:
        main()
