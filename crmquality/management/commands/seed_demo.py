"""Fill an empty database with an invented company."""

import datetime as dt
import json
import time
from argparse import ArgumentParser
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from crmquality.demo.horizon import ZONE_NAME
from crmquality.demo.load import NotEmpty, load
from crmquality.demo.papers import write_papers
from crmquality.logins import logins


class Command(BaseCommand):
    help = "Fills an empty database with an invented company: three years of orders, and staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, default=2_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--start",
            type=_moment,
            metavar="DATETIME",
            help=f"The company's “now”, in ISO 8601 ({ZONE_NAME} without an offset); default: now.",
        )

    def handle(self, *args: Any, customers: int, seed: int, **options: Any) -> None:
        began = time.monotonic()
        now = options["start"] or dt.datetime.now(dt.UTC).replace(microsecond=0)
        try:
            counts = load(customers, seed, now, self.tell)
        except (NotEmpty, ValueError) as error:
            raise CommandError(str(error)) from error
        seconds = round(time.monotonic() - began, 2)
        counts["attachments"] = write_papers(now)
        result = {**counts, "seed": seed, "start": now.isoformat(), "seconds": seconds}
        self.stdout.write(json.dumps(result) if options["json"] else self.for_people(result))

    def tell(self, done: int, total: int) -> None:
        self.stderr.write(f"{done:,} of {total:,} customers written", style_func=str)

    def for_people(self, result: dict[str, Any]) -> str:
        lines = [
            f"{result['customers']:,} customers and {result['orders']:,} orders in {result['seconds']} s.",
            "Log in as",
            *(f"  {who['username']:<10} {who['password']}   {who['role']}" for who in logins()),
        ]
        return "\n".join(lines)


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(ZONE_NAME))
