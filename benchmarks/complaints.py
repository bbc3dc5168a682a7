"""Clocks of 100,000 complaints, a calendar's change over 20,000 open ones, and the queue at 1 M cases.

`python -m benchmarks.complaints [CASES [OPEN]]` tries smaller sizes.
"""

import datetime as dt
import statistics
import sys
import time
from typing import Any

from benchmarks import ground
from benchmarks.ground import seconds_of

CASES, OPEN = 1_000_000, 20_000
CLOCKS_A_CASE = 3
# What nobody can leave out of a recomputation: every running clock is read and written once.
REWRITE = "UPDATE complaints_caseclock SET due_at = due_at + interval '1 second' WHERE stopped_at IS NULL"
BARE = """
    SELECT k.due_at, c.id, c.subject FROM complaints_caseclock k JOIN complaints_case c ON c.id = k.case_id
    WHERE k.stopped_at IS NULL AND NOT k.is_void ORDER BY k.due_at LIMIT 50"""

# Three years of cases, the newest of them open.
MADE_CASES = """
    INSERT INTO complaints_case (kind, customer_id, channel, subject, category_id, severity, region, status, outcome,
        owner_id, team_id, received_at, acknowledged_at, resolved_at, closed_at, external_source, external_id)
    SELECT CASE WHEN n %% 10 = 0 THEN 'enquiry' ELSE 'complaint' END,
           buyers.keys[1 + n %% array_length(buyers.keys, 1)],
           'phone', 'Case ' || n, kinds.keys[1 + (n * 7) %% array_length(kinds.keys, 1)], 1 + n %% 4,
           (ARRAY['North', 'South', 'East', 'West'])[1 + n %% 4],
           CASE WHEN n <= %(open)s THEN 'assigned' ELSE 'closed' END,
           CASE WHEN n <= %(open)s THEN '' ELSE 'accepted' END,
           %(owner)s, %(team)s, at, at + interval '1 hour', CASE WHEN n > %(open)s THEN at + interval '2 days' END,
           CASE WHEN n > %(open)s THEN at + interval '3 days' END, '', ''
    FROM (SELECT array_agg(id) AS keys FROM customers_customer) AS buyers,
         (SELECT array_agg(id) AS keys FROM complaints_category) AS kinds,
         generate_series(1, %(cases)s) AS n,
         LATERAL (SELECT %(now)s - n * interval '1095 days' / %(cases)s AS at) AS moment"""
MADE_CLOCKS = """
    INSERT INTO complaints_caseclock
        (case_id, kind, policy_id, target, started_at, due_at, warn_at, stopped_at, elapsed)
    SELECT c.id, k.kind, p.id, 28800, c.received_at, c.received_at + interval '2 days',
           c.received_at + interval '1 day',
           c.resolved_at, CASE WHEN c.resolved_at IS NOT NULL THEN 14400 + (c.id % 5) * 7200 END
    FROM complaints_case c JOIN complaints_responsepolicy p ON p.severity = c.severity AND p.tier = '',
         unnest(ARRAY['acknowledge', 'response', 'resolve']) AS k (kind)
    WHERE NOT EXISTS (SELECT FROM complaints_caseclock known WHERE known.case_id = c.id)"""


def make_cases(cases: int, still_open: int) -> None:
    """Make sure that there are so many cases of which so many are open, each with its clocks."""
    from django.db import connection, transaction

    from complaints.models import Case
    from crmquality.office.models import Member

    if Case.objects.count() >= cases:
        return
    owner = Member.objects.get(username="manager")
    values = {"open": still_open, "cases": cases, "now": ground.NOW, "owner": owner.pk, "team": owner.team_id}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MADE_CASES, values)
        cursor.execute(MADE_CLOCKS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE complaints_case, complaints_caseclock, customers_changedcustomer")


def once(call: Any) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def execute(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        if cursor.description:
            cursor.fetchall()


def clocks(cases: int) -> list[list[object]]:
    """Due dates of so many complaints, in office hours with lunch and Chinese holidays, some of them paused."""
    from crmquality.lib.clock import due_at
    from crmquality.office.models import Calendar

    calendar = Calendar.objects.get(name="Shanghai").value()
    target = dt.timedelta(hours=24)
    starts = [ground.NOW - dt.timedelta(minutes=5 * number) for number in range(cases)]
    pauses = [[(start, start + dt.timedelta(days=2))] if n % 4 == 0 else [] for n, start in enumerate(starts)]

    def compute() -> None:
        for start, paused in zip(starts, pauses, strict=True):
            due_at(start, target, calendar, paused)

    sql = f"SELECT now() - n * interval '5 minutes' + interval '1 day' FROM generate_series(1, {cases}) AS n"
    return [[f"due_at for {cases:,} complaints", once(compute), once(lambda: execute(sql))]]


def recomputed(still_open: int) -> list[list[object]]:
    """After a change of the calendar every running clock is computed anew."""
    from complaints.clocks import recompute

    spent = once(recompute)
    return [
        [f"calendar change, {still_open:,} open, {CLOCKS_A_CASE} clocks each", spent, once(lambda: execute(REWRITE))]
    ]


def queue() -> list[list[object]]:
    """The queue's page, whole requests, against a bare indexed query."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import NoReverseMatch, reverse

    from crmquality.office.models import Member

    pages = {"queue": "complaints:case_list", "analysis of a year": "complaints:analysis_detail"}
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get(username="manager"))
    bare = seconds_of(lambda: execute(BARE))
    rows: list[list[object]] = [["bare indexed query", *_percentiles(bare), 1.0, 1]]
    for name, url_name in pages.items():
        try:
            address = reverse(url_name)
        except NoReverseMatch:
            print(f"{name}: skipped, there is no page {url_name} yet.")
            continue
        spent = seconds_of(lambda address=address: client.get(address), 200 if name == "queue" else 5)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        ratio = statistics.median(spent) / statistics.median(bare)
        rows.append([name, *_percentiles(spent), ratio, len(captured)])
    return rows


def _percentiles(spent: list[float]) -> tuple[float, float]:
    return statistics.median(spent) * 1000, spent[int(len(spent) * 0.95)] * 1000


def main() -> None:
    cases, still_open, *_ = [*map(int, sys.argv[1:]), *(CASES, OPEN)[len(sys.argv) - 1 :], 0]
    ground.start(f"complaints-{cases}")
    ground.demo_company(max(200, cases // 100))
    from django.core.management import call_command

    from crmquality.office.models import Calendar

    call_command("collectstatic", interactive=False, verbosity=0)
    weekly = {str(day): [["09:00", "12:00"], ["13:30", "18:00"]] for day in range(5)}
    hours = {"time_zone": "Asia/Shanghai", "weekly": weekly, "country": "CN", "is_default": True}
    Calendar.objects.get_or_create(name="Shanghai", defaults=hours)
    make_cases(cases, still_open)
    rows = [[*row, row[1] / row[2]] for row in clocks(cases // 10) + recomputed(still_open)]  # type: ignore[operator]
    ground.print_table("Clocks", ["what", "seconds", "one SQL statement, s", "ratio"], rows)
    ground.print_table(f"Pages at {cases:,} cases", ["page", "p50 ms", "p95 ms", "p50 to bare", "queries"], queue())


if __name__ == "__main__":
    main()
