"""The API's list of customers with their scores at 100,000 customers, against the bare query.

Whole requests by token through every middleware, in one process, without the network: page after
page of 100, as a program does that takes everything over.
"""

import datetime as dt
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice

from benchmarks import ground

CUSTOMERS = 100_000
PAGES = 300
ROWS = 100
# As well as it can be asked: the page by the index, and only then what belongs to it.
BARE = """
    SELECT c.code, c.name, c.segment, c.tier, c.stage, m.username, s.score, s.band, s.coverage, s.low, s.high,
           s.change_30d, s.as_of, s.run_id, e.slug, e.version, s.customer_id
    FROM (
        SELECT * FROM scoring_currentscore WHERE (score, customer_id) < (%s, %s)
        ORDER BY score DESC, customer_id DESC LIMIT %s
    ) AS s
    JOIN customers_customer c ON c.id = s.customer_id
    JOIN scoring_evaluationmodel e ON e.id = s.model_id
    LEFT JOIN office_member m ON m.id = c.owner_id
    ORDER BY s.score DESC, s.customer_id DESC"""


def timed(pages: Iterator[object]) -> list[float]:
    """Seconds of each page, sorted."""
    spent = []
    for _ in range(PAGES):
        begin = time.perf_counter()
        if next(pages, None) is None:
            break
        spent.append(time.perf_counter() - begin)
    return sorted(spent)


def measured(walks: dict[str, Callable[[], Iterator[object]]]) -> Iterator[list[object]]:
    """A row per walk: how many pages, how long they took, and how much longer than the first walk's."""
    floor = 0.0
    for name, walk in walks.items():
        list(islice(walk(), 3))
        spent = timed(walk())
        median = statistics.median(spent)
        floor = floor or median
        yield [name, len(spent), median * 1000, spent[int(len(spent) * 0.95)] * 1000, median / floor]


def bare() -> Iterator[object]:
    """The rows of page after page, by the query alone."""
    from django.db import connection

    score, key = float("inf"), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [score, key, ROWS])
            rows = cursor.fetchall()
        if not rows:
            return
        score, key = rows[-1][6], rows[-1][-1]
        yield rows


def main() -> None:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    # What is measured is the list, not how soon it refuses.
    os.environ["API_RATE_MEMBER"] = "1000000/min"
    ground.start(f"evaluation-{customers}")
    ground.demo_company(customers)
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from crmquality.office import tokens
    from crmquality.office.models import Member
    from scoring import runs
    from scoring.models import Run

    if Run.objects.latest_published() is None:
        runs.evaluate(ground.AS_OF)
    manager = Member.objects.get(username="manager")
    manager.auth_token_set.filter(name="benchmark").delete()
    token = tokens.make(manager, "benchmark", ["read"], timezone.now() + dt.timedelta(days=1))
    client = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})

    def walked(address: str) -> Iterator[object]:
        following: str | None = f"{address}page_size={ROWS}"
        while following:
            response = client.get(following)
            assert response.status_code == 200, response.content
            page = response.json()
            following = page["next"]
            yield page["results"]

    def empty() -> Iterator[object]:
        while True:
            yield client.get("/api/v1/scores/?model=none")

    def queries(rows: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/api/v1/scores/?page_size={rows}")
        return len(captured)

    walks: dict[str, Callable[[], Iterator[object]]] = {
        "bare query": bare,
        "a request without rows": empty,
        "scores, best first": lambda: walked("/api/v1/scores/?"),
        "scores of a band": lambda: walked("/api/v1/scores/?band=C&"),
        "customers, by code": lambda: walked("/api/v1/customers/?"),
    }
    title = f"API: pages of {ROWS} at {customers:,} customers"
    ground.print_table(title, ["list", "pages", "p50 ms", "p95 ms", "p50 to bare"], measured(walks))
    ground.print_table("Queries", ["page", "queries"], [["10 rows", queries(10)], ["200 rows", queries(200)]])


if __name__ == "__main__":
    main()
