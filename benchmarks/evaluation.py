"""Evaluation of 100,000 made-up customers (1 M orders) against hand-written SQL and raw COPY.

The floor is what nobody can leave out: one grouped statement per source, COPYed to nowhere,
and COPY in of as many result rows. Each size runs in a process of its own, so that the peak of
memory is that of one worker.
"""

import datetime as dt
import json
import multiprocessing
import os
import resource
import subprocess
import sys
from typing import Any

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
    "interactions": """
        SELECT customer_id, count(*), count(*) FILTER (WHERE occurred_at >= %(start)s),
            count(*) FILTER (WHERE occurred_at >= %(start)s AND direction = 'in'),
            count(DISTINCT channel) FILTER (WHERE occurred_at >= %(start)s),
            sum(minutes) FILTER (WHERE occurred_at >= %(start)s), min(occurred_at),
            max(occurred_at) FILTER (WHERE direction = 'in' OR channel IN ('phone', 'visit', 'web_chat', 'wechat')),
            sum(0.5::float8 ^ (extract(epoch FROM %(end)s - occurred_at)::float8 / 86400 / 180))
                FILTER (WHERE channel = 'event' OR kind = 'programme')
        FROM customers_interaction WHERE occurred_at < %(end)s AND NOT is_automatic GROUP BY customer_id""",
    "visits": """
        SELECT customer_id, count(*), count(*) FILTER (WHERE (done_at AT TIME ZONE %(zone)s)::date <= promised_on)
        FROM customers_followup WHERE kind = 'return_visit' AND promised_on >= %(start)s AND promised_on < %(as_of)s
        GROUP BY customer_id""",
    "opportunities": """
        SELECT customer_id, count(*) FILTER (WHERE outcome = 'won'), count(*) FILTER (WHERE outcome = 'lost')
        FROM customers_opportunity WHERE closed_on >= %(start)s AND closed_on < %(as_of)s GROUP BY customer_id""",
    "contracts": """
        SELECT customer_id, min(starts_on), count(*) FILTER (WHERE ends_on >= %(as_of)s)
        FROM customers_servicecontract WHERE starts_on < %(as_of)s GROUP BY customer_id""",
    "referrals": """
        SELECT c.referred_by_id, count(DISTINCT c.id), sum(o.amount)
        FROM customers_customer c LEFT JOIN customers_order o ON o.customer_id = c.id AND o.placed_at < %(end)s
        WHERE c.referred_by_id IS NOT NULL GROUP BY c.referred_by_id""",
    "acquisition": """
        SELECT c.id, s.amount / count(*) OVER (PARTITION BY s.id)
        FROM customers_customer c JOIN customers_acquisitionspend s
            ON s.channel = c.acquisition_channel AND s.month = date_trunc('month', c.acquired_on)::date""",
    "cases": """
        SELECT c.customer_id, count(DISTINCT c.id),
            count(DISTINCT c.id) FILTER (WHERE s.to_status = 'resolved' AND s.at >= %(start)s),
            count(DISTINCT c.id) FILTER (WHERE s.step IN ('reopen', 'reject')),
            count(DISTINCT c.id) FILTER (WHERE s.to_status = 'closed' AND s.data ->> 'outcome' = 'accepted'),
            min(s.at) FILTER (WHERE s.to_status = 'resolved'), max(c.severity)
        FROM complaints_case c JOIN complaints_casestep s ON s.case_id = c.id AND s.at < %(end)s
        WHERE c.kind = 'complaint' AND c.merged_into_id IS NULL AND c.received_at < %(end)s GROUP BY c.customer_id""",
    "clocks": """
        SELECT c.customer_id, count(*), count(*) FILTER (WHERE k.elapsed <= k.target),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY k.elapsed / k.target::float)
        FROM complaints_case c JOIN complaints_caseclock k ON k.case_id = c.id
        WHERE NOT k.is_void AND k.stopped_at >= %(start)s AND k.stopped_at < %(end)s GROUP BY c.customer_id""",
    "case costs": """
        SELECT c.customer_id, sum(m.minutes), sum(DISTINCT c.compensation)
        FROM complaints_case c LEFT JOIN complaints_casemessage m ON m.case_id = c.id AND m.at >= %(start)s
        WHERE c.received_at < %(end)s GROUP BY c.customer_id""",
    "answers": """
        SELECT r.customer_id, a.measure, a.attribute, count(*), avg(a.value),
            sum(a.value * 0.5::float8 ^ (extract(epoch FROM %(end)s - r.submitted_at)::float8 / 86400 / 180))
        FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id
        WHERE r.submitted_at >= %(before)s AND r.submitted_at < %(end)s AND NOT r.is_held AND a.measure <> ''
        GROUP BY 1, 2, 3""",
    "invitations": """
        SELECT customer_id, count(*), count(*) FILTER (WHERE is_answered)
        FROM surveys_invitation WHERE sent_at >= %(start)s AND sent_at < %(end)s GROUP BY customer_id""",
}
# Before there was anything but orders, this was all of the floor.
OF_ORDERS = {"customers", "orders", "lines", "returns"}


def floor() -> dict[str, float]:
    """Seconds of each part of the floor, on the rows of the run just published."""
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
    """One size: the night by one worker and by two, the calibration, and the floor."""
    ground.start(f"evaluation-{customers}")
    ground.demo_company(customers)
    from scoring import calibrations, rules

    seconds: list[float] = []
    with ground.timed(seconds):
        calibrations.fit(ground.AS_OF, rules.current(ground.AS_OF))
    alone, stages = night(workers=1)
    together, _ = night(workers=2)
    result = {"customers": customers, "calibrate": seconds[0], "alone": alone, "together": together, "stages": stages}
    peak = max(ground.peak_megabytes(), ground.peak_megabytes(resource.RUSAGE_CHILDREN))
    sys.stdout.write(json.dumps({**result, "peak": peak, "floor": floor()}))


def night(workers: int) -> tuple[float, dict[str, float]]:
    """Seconds of a night by workers that are up already, as Celery's are, and its stages."""
    from django.db import connection

    from scoring import runs
    from scoring.models import Run

    with connection.cursor() as cursor:
        # Inputs count as changed, so that the night is computed and not found.
        cursor.execute("INSERT INTO customers_changedcustomer (customer_id, changed_at) VALUES (1, now())")
    connection.close()
    context = multiprocessing.get_context("fork")
    asked = context.Queue()
    helpers = [context.Process(target=help_out, args=(asked,)) for _ in range(workers - 1)]
    for helper in helpers:
        helper.start()
    seconds: list[float] = []
    with ground.timed(seconds):
        run = runs.evaluate(ground.AS_OF, helpers=lambda run: [asked.put(run.pk) for _ in helpers])
    for helper in helpers:
        helper.join()
    return seconds[0], Run.objects.get(pk=run.pk).seconds_by_stage


def help_out(asked: "multiprocessing.Queue[int]") -> None:
    from scoring import runs

    runs.work(asked.get())


def main() -> None:
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
        return
    results = []
    for size in SIZES:
        command = [sys.executable, "-m", "benchmarks.evaluation", str(size)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=os.environ)
        results.append(json.loads(done.stdout))
        show(results[-1])
    small, large = results
    rows = [
        ["night by two workers, 10,000 → 100,000 customers, ratio", large["together"] / small["together"]],
        ["night by one worker, 10,000 → 100,000 customers, ratio", large["alone"] / small["alone"]],
        ["peak memory of a worker at 100,000, MB", large["peak"]],
    ]
    ground.print_table("Growth and memory", ["what", "measured"], rows)


def show(found: dict[str, Any]) -> None:
    whole = sum(found["floor"].values())
    of_orders = sum(spent for name, spent in found["floor"].items() if name in OF_ORDERS or name.startswith("COPY"))
    rows = [[f"floor: {name}", spent, spent / whole] for name, spent in found["floor"].items()]
    rows.append(["floor of orders alone", of_orders, of_orders / whole])
    rows.append(["**floor**, PostgreSQL free to use both cores", whole, 1.0])
    rows += [[f"one worker: {name}", spent, spent / whole] for name, spent in found["stages"].items()]
    rows.append(["**night by one worker**", found["alone"], found["alone"] / whole])
    rows.append(["**night by two workers**, as on this machine", found["together"], found["together"] / whole])
    rows.append(["calibration, once a month", found["calibrate"], found["calibrate"] / whole])
    title = f"Evaluation of {found['customers']:,} customers"
    ground.print_table(title, ["what", "seconds", "ratio to the floor"], rows)


if __name__ == "__main__":
    main()
