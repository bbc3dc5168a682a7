"""Customer list and customer page at 100,000 customers, against a bare indexed query.

Whole requests through every middleware, in one process, without the network.
"""

import random
import statistics
from collections.abc import Callable
from unittest.mock import patch

from benchmarks import ground

CUSTOMERS = 100_000
REQUESTS = 200
BARE = """
    SELECT c.code, c.name, s.score FROM scoring_currentscore s JOIN customers_customer c ON c.id = s.customer_id
    WHERE s.score IS NOT NULL ORDER BY s.score DESC, s.customer_id DESC LIMIT 50"""


def main() -> None:
    ground.start(f"evaluation-{CUSTOMERS}")
    ground.demo_company(CUSTOMERS)
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from crmquality.office.models import Member
    from customers.models import Customer
    from scoring import runs
    from scoring.models import Run
    from scoring.views import customers as views

    call_command("collectstatic", interactive=False, verbosity=0)
    if Run.objects.latest_published() is None:
        runs.evaluate(ground.AS_OF)
    client = Client(headers={"host": "localhost"})
    client.force_login(Member.objects.get(username="manager"))
    codes = list(Customer.objects.order_by("?").values_list("code", flat=True)[:REQUESTS])
    names = [name[1:4] for name in Customer.objects.order_by("?").values_list("name", flat=True)[:REQUESTS]]

    def fetch(address: str) -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        response.close()

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE)
            cursor.fetchall()

    def queries(address: str) -> int:
        fetch(address)
        with CaptureQueriesContext(connection) as captured:
            fetch(address)
        return len(captured)

    def queries_for(rows: int) -> int:
        with patch.object(views, "PAGE_SIZE", rows):
            return queries("/customers/")

    pages: dict[str, Callable[[], object]] = {
        "bare indexed query": bare,
        "customer list": lambda: fetch("/customers/"),
        "list, by band and tier": lambda: fetch("/customers/?band=B&tier=A"),
        "list, searching part of a name": lambda: fetch(f"/customers/?q={random.choice(names)}"),
        "list, by name": lambda: fetch("/customers/?sort=name"),
        "customer page": lambda: fetch(f"/customers/{random.choice(codes)}/"),
    }
    rows: list[list[object]] = []
    floor = 0.0
    for name, call in pages.items():
        spent = ground.seconds_of(call)
        median, late = statistics.median(spent), spent[int(len(spent) * 0.95)]
        floor = floor or median
        rows.append([name, median * 1000, late * 1000, median / floor])
    ground.print_table(f"Pages at {CUSTOMERS:,} customers", ["page", "p50 ms", "p95 ms", "p50 to bare"], rows)
    ground.print_table(
        "Queries",
        ["page", "queries"],
        [
            ["customer list of 10 rows", queries_for(10)],
            ["customer list of 50 rows", queries_for(50)],
            ["customer page", queries(f"/customers/{codes[0]}/")],
        ],
    )


if __name__ == "__main__":
    main()
