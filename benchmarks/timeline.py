"""The page and the story of a customer with 5,000 entries, against a bare indexed query.

Whole requests through every middleware, in one process, without the network. TIMELINE_CUSTOMERS
and TIMELINE_REQUESTS make it smaller.
"""

import os
import statistics
from collections.abc import Callable
from typing import Any

from benchmarks import ground

CUSTOMERS = int(os.environ.get("TIMELINE_CUSTOMERS", 5_000))
REQUESTS = int(os.environ.get("TIMELINE_REQUESTS", 200))
CODE = "BUSIEST"
BARE = """
    SELECT id, occurred_at, subject, notes FROM customers_interaction
    WHERE customer_id = %s ORDER BY occurred_at DESC, id DESC LIMIT 30"""
# Calls of everybody else, so that the busiest customer's are not all there is.
OTHERS = """
    INSERT INTO customers_interaction (customer_id, channel, direction, kind, occurred_at, subject, notes)
    SELECT c.id, 'phone', 'in', 'contact', now() - n * interval '17 days', 'Call ' || n, repeat('They asked. ', 20)
    FROM customers_customer c, generate_series(1, 20) AS n WHERE c.code <> %s"""
# 5,000 entries of ten years: how many of which, and their columns besides the customer.
BUSIEST = {
    "customers_interaction (customer_id, channel, direction, kind, occurred_at, subject, notes)": (
        2600,
        """CASE n %% 3 WHEN 0 THEN 'phone' WHEN 1 THEN 'email' ELSE 'visit' END, 'in', 'contact',
           now() - n * interval '33 hours', 'Talk ' || n, repeat('送货 and prices, long words. ', 20) || n""",
    ),
    "customers_followup (customer_id, kind, subject, notes, due_on, done_at)": (
        900,
        """'task', 'Follow-up ' || n, 'Send the offer', current_date - n * 4,
           CASE WHEN n > 5 THEN now() - n * interval '96 hours' END""",
    ),
    "customers_order (customer_id, number, currency, placed_at, amount)": (
        1000, "'B' || n, 'CNY', now() - n * interval '87 hours', 10000 + n",
    ),
    "customers_opportunity (customer_id, name, opened_on, outcome, closed_on)": (
        100, "'Chance ' || n, current_date - n * 36, 'won', current_date - n * 36 + 20",
    ),
    "customers_need (customer_id, text, raised_on)": (150, "'They need ' || n, current_date - n * 24"),
    "customers_attachment (customer_id, name, stored_name, content_type, size, sha256, created_at)": (
        150, "'file ' || n || '.pdf', 'bench-' || n, 'application/pdf', 1, '0', now() - n * interval '24 days'",
    ),
}  # fmt: skip


def make_busy() -> int:
    """The key of the customer with 5,000 entries, made once."""
    from django.db import connection

    from crmquality.office.models import Member
    from customers.models import Customer

    busiest, is_new = Customer.objects.get_or_create(
        code=CODE, defaults={"name": "Busiest", "owner": Member.objects.get(username="manager")}
    )
    with connection.cursor() as cursor:
        if is_new:
            cursor.execute(OTHERS, [CODE])
            for table, (count, columns) in BUSIEST.items():
                cursor.execute(
                    f"INSERT INTO {table} SELECT %s, {columns} FROM generate_series(1, {count}) AS n", [busiest.pk]
                )
        cursor.execute("VACUUM ANALYZE")
    return int(busiest.pk)


def place_after(key: int, entries: int) -> tuple[str, int]:
    """Where the story goes on after so many entries, and how many were read."""
    from crmquality.lib.timeline import read
    from crmquality.office.models import Organisation
    from scoring import story

    office = Organisation.load()
    page = read(story.parts(office), key, office.zone, size=entries)
    return page.next, len(page.items)


def main() -> None:
    ground.start(f"timeline-{CUSTOMERS}")
    ground.demo_company(CUSTOMERS)
    key = make_busy()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from crmquality.office.models import Member
    from scoring import runs
    from scoring.models import Run

    if Run.objects.latest_published() is None:
        runs.evaluate(ground.AS_OF)
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get(username="manager"))

    def fetch(address: str, **headers: str) -> Any:
        response = client.get(address, headers=headers)
        assert response.status_code == 200, (address, response.status_code)
        return response

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [key])
            cursor.fetchall()

    story, fragment = f"/customers/{CODE}/timeline/", {"HX-Request": "true", "HX-Target": "timeline"}
    pages: dict[str, tuple[str, dict[str, str]]] = {
        "customer page": (f"/customers/{CODE}/", {}),
        "its latest entries, fragment": (f"{story}?brief=1", fragment),
        "its follow-ups, fragment": (f"/customers/follow-ups/?customer={CODE}", fragment),
        "timeline, page": (story, {}),
        "timeline, fragment": (story, fragment),
        "next page": (f"{story}?after={place_after(key, 30)[0]}", fragment),
        "page 100": (f"{story}?after={place_after(key, 2970)[0]}", fragment),
        "search that finds many": (f"{story}?q=送货", fragment),
        "search that finds one": (f"{story}?q=Talk+2599", fragment),
        "search that finds none": (f"{story}?q=nowhere", fragment),
        "files only": (f"{story}?kind=attachment", fragment),
        "contacts and records": (f"/customers/{CODE}/records/", {}),
    }
    bare_spent = ground.seconds_of(bare, REQUESTS)
    floor = statistics.median(bare_spent)
    rows: list[list[object]] = [["bare indexed query", *_milliseconds(bare_spent), 1.0, 1]]
    for name, (address, headers) in pages.items():
        call: Callable[[], object] = lambda address=address, headers=headers: fetch(address, **headers)  # noqa: E731
        spent = ground.seconds_of(call, REQUESTS)
        with CaptureQueriesContext(connection) as captured:
            call()
        rows.append([name, *_milliseconds(spent), statistics.median(spent) / floor, len(captured)])
    title = f"A customer with {place_after(key, 100_000)[1]:,} entries among {CUSTOMERS:,}"
    ground.print_table(title, ["page", "p50 ms", "p95 ms", "p50 to bare", "queries"], rows)


def _milliseconds(spent: list[float]) -> list[float]:
    return [statistics.median(spent) * 1000, spent[int(len(spent) * 0.95)] * 1000]


if __name__ == "__main__":
    main()
