"""Write the whole database into a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from crmquality import backups


class Command(BaseCommand):
    help = "Writes the whole database into FILE, whichever PostgreSQL is in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        size = backups.back_up(file)
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(file), "bytes": size}))
        else:
            self.stdout.write(f"Wrote {file}, {size:,} bytes.")
