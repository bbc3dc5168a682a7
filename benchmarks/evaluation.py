"""Evaluation of 100,000 made-up customers (1 M orders) against hand-written SQL and raw COPY.

The floor is what nobody can leave out: one grouped statement per source, COPYed to nowhere,
and COPY in of as many result rows. Each size runs in a process of its own, so that the peak of
memory is that of one worker.
"""

import os
import subprocess
import sys

from benchmarks import ground

SIZES = [10_000, 100_000]

# What the facts need, grouped by customer, as somebody would write it by hand.
FLOOR_SQL = {
    "customers": """
        SELECT DISTINCT ON (customer_id) customer_id, tier, segment, owner_id
        FROM customers_customerphase WHERE since < %(as_of)s ORDER BY customer_id, since DESC""",
    "orders": """
        SELECT customer_id, count(*), count(*) FILTER (WHERE placed_at >= %(start)s), sum(amount),
            sum(amount) FILTER (WHERE placed_at >= %(start)s),
            sum(amount) FILTER (WHERE placed_at >= %(before)s AND placed_at < %(start)s),
            sum(cost), count(cost), sum(cost) FILTER (WHERE placed_at >= %(start)s),
            array_agg(DISTINCT (placed_at AT TIME ZONE %(zone)s)::date),
            count(*) FILTER (WHERE promised_on >= %(start)s AND promised_on < %(as_of)s),
            count(*) FILTER (WHERE promised_on >= %(start)s AND promised_on < %(as_of)s
                AND (delivered_at AT TIME ZONE %(zone)s)::date <= promised_on),
            sum((delivered_at AT TIME ZONE %(zone)s)::date - promised_on)
                FILTER (WHERE promised_on >= %(start)s AND promised_on < %(as_of)s),
            count(*) FILTER (WHERE placed_at >= %(start)s AND customised),
            count(*) FILTER (WHERE placed_at >= %(start)s AND NOT customised),
            count(*) FILTER (WHERE placed_at >= %(start)s AND value_added_service <> '')
        FROM customers_order
        WHERE placed_at < %(end)s AND (cancelled_at IS NULL OR cancelled_at >= %(end)s)
        GROUP BY customer_id""",
    "lines": """
        SELECT l.customer_id, count(DISTINCT p.line_id), sum(l.quantity)
        FROM customers_order o JOIN customers_orderline l ON l.order_id = o.id
        JOIN customers_product p ON p.id = l.product_id
        WHERE o.placed_at < %(end)s AND (o.placed_at >= %(start)s OR o.delivered_at >= %(start)s)
          AND (o.cancelled_at IS NULL OR o.cancelled_at >= %(end)s)
        GROUP BY l.customer_id""",
    "returns": """
        SELECT customer_id, sum(amount), sum(amount) FILTER (WHERE returned_at >= %(start)s),
            sum(amount) FILTER (WHERE returned_at >= %(before)s AND returned_at < %(start)s),
            sum(quantity) FILTER (WHERE returned_at >= %(start)s)
        FROM customers_return WHERE returned_at < %(end)s GROUP BY customer_id""",
}


def floor() -> dict[str, float]:
    """Seconds of each part of the floor, on the rows of the run just published."""
    import datetime as dt

    from django.db import connection

    from crmquality.office.models import Organisation
    from scoring.models import Run

    organisation = Organisation.load()
    run = Run.objects.latest_published()
    start = organisation.midnight(ground.AS_OF - dt.timedelta(days=365))
    before = organisation.midnight(ground.AS_OF - dt.timedelta(days=730))
    params = {
        "as_of": ground.AS_OF,
        "zone": organisation.time_zone,
        "start": start,
        "before": before,
        "end": organisation.midnight(ground.AS_OF),
    }
    found = {}
    with connection.cursor() as cursor:
        for name, sql in FLOOR_SQL.items():
            seconds: list[float] = []
            with ground.timed(seconds), cursor.cursor.copy(f"COPY ({sql}) TO STDOUT", params) as out:
                for _ in out:
                    pass
            found[name] = seconds[0]
        for table in ("scoring_score", "scoring_reading"):
            found[f"COPY in {table}"] = _copy_in(cursor, table, run.pk)
    return found


def _copy_in(cursor, table: str, run: int) -> float:
    """Seconds to COPY the run's rows into a fresh table with the same primary key."""
    with cursor.cursor.copy(f"COPY (SELECT * FROM {table} WHERE run_id = {run}) TO STDOUT (FORMAT binary)") as out:
        rows = [bytes(block) for block in out]
    cursor.execute(f"CREATE TABLE bench_floor (LIKE {table} INCLUDING INDEXES)")
    seconds: list[float] = []
    with ground.timed(seconds), cursor.cursor.copy("COPY bench_floor FROM STDIN (FORMAT binary)") as into:
        for block in rows:
            into.write(block)
    cursor.execute("DROP TABLE bench_floor")
    return seconds[0]


def measure(customers: int) -> None:
    """One size: first night with calibration, a second night without, and the floor."""
    import json

    ground.start(f"evaluation-{customers}")
    ground.demo_company(customers)
    from django.db import connection

    from scoring import calibrations, rules, runs
    from scoring.models import Run

    result: dict[str, object] = {"customers": customers}
    seconds: list[float] = []
    with ground.timed(seconds):
        calibrations.fit(ground.AS_OF, rules.current(ground.AS_OF))
    # Inputs count as changed, so that the night is computed and not found.
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customers_changedcustomer (customer_id, changed_at) VALUES (1, now())")
    with ground.timed(seconds):
        run = runs.evaluate(ground.AS_OF)
    result |= {"calibrate": seconds[0], "night": seconds[1], "stages": Run.objects.get(pk=run.pk).seconds_by_stage}
    result |= {"peak": ground.peak_megabytes(), "floor": floor()}
    sys.stdout.write(json.dumps(result))


def main() -> None:
    import json

    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    results = []
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.evaluation", str(size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)
        results.append(json.loads(done.stdout))
    small, large = results
    for found in results:
        floor_total = sum(found["floor"].values())
        rows = [[f"floor: {name}", spent, spent / floor_total] for name, spent in found["floor"].items()]
        rows.append(["**floor**", floor_total, 1.0])
        rows += [[f"stage: {name}", spent, spent / floor_total] for name, spent in found["stages"].items()]
        rows.append(["**the night (calibration stored)**", found["night"], found["night"] / floor_total])
        rows.append(["calibration (once a month)", found["calibrate"], found["calibrate"] / floor_total])
        ground.print_table(
            f"Evaluation of {found['customers']:,} customers", ["what", "seconds", "ratio to the floor"], rows
        )
    ground.print_table(
        "Growth and memory",
        ["what", "measured"],
        [
            ["night, 10,000 → 100,000 customers, ratio", large["night"] / small["night"]],
            ["peak memory of the worker at 100,000, MB", large["peak"]],
        ],
    )


if __name__ == "__main__":
    main()
