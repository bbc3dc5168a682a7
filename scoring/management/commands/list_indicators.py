import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from scoring.engine.indicators import REGISTRY


class Command(BaseCommand):
    help = "List the indicator catalogue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        rows = [indicator.to_dict() for indicator in REGISTRY]
        if options["json"]:
            self.stdout.write(json.dumps({"indicators": rows}, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['id']:<28} {row['level']:<3} {row['unit']:<14} {row['question']}")
