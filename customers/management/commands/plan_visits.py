import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from customers import visits


class Command(BaseCommand):
    help = "Plan return visits by the interval of each customer's tier; as often as you like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, **options: Any) -> None:
        done = visits.plan(timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(done))
        else:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in done.items()))
