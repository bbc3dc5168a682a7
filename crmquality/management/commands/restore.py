"""Replace the whole database by what a backup holds."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from crmquality import backups


class Command(BaseCommand):
    help = "Replaces everything in the database by the backup in FILE. Nothing happens unless all of it works."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, file: Path, yes: bool, **options: Any) -> None:
        backups.check_backup(file)
        if not yes:
            self.ask()
        backups.restore(file)
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(file), "restored": True}))
        else:
            self.stdout.write(f"Restored {file}.")

    def ask(self) -> None:
        name = connection.settings_dict["NAME"]
        if not sys.stdin.isatty():
            raise CommandError("Nobody is there to be asked: say --yes to replace everything in the database.")
        self.stderr.write(f"Everything in the database {name} will be replaced. Go on? [yes/no] ", ending="")
        if input().strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")
