"""manage.py import_file KIND FILE: check or import a file from the terminal."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from crmquality.lib.tables import TableError
from customers.imports.errors import ImportCancelled, ImportRefused
from customers.imports.kinds import KINDS
from customers.imports.progress import Terminal
from customers.imports.report import as_json, as_text
from customers.imports.running import run_import
from customers.imports.starting import start_run


class Command(BaseCommand):
    help = "Import a file of customers, orders, complaints or other records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--preset", default="", help="a ready-made or saved way of reading the file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=HEADER", help="correct one column")
        parser.add_argument("--date-order", choices=["dmy", "mdy"], default="", help="which comes first in 3/4/2011")
        parser.add_argument("--source", default="", help="name of the system the file comes from")
        parser.add_argument("--currency", default="", help="currency of amounts without one (ISO 4217)")
        parser.add_argument("--rate", default="", help="the organisation's currency for one unit of --currency")
        parser.add_argument("--encoding", default="", help="the file's encoding, where it is not recognised")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Terminal()
        try:
            run = start_run(
                options["kind"], options["file"], preset=options["preset"], mapping=_pairs(options["map"]),
                date_order=options["date_order"], source=options["source"], currency=options["currency"],
                rate=options["rate"], encoding=options["encoding"],
            )  # fmt: skip
            run = run_import(run, options["file"], progress, dry_run=options["dry_run"])
        except (ImportRefused, TableError) as error:
            raise CommandError(str(error)) from error
        except (ImportCancelled, KeyboardInterrupt):
            connection.close()
            raise CommandError(_("Cancelled; nothing was changed.")) from None
        finally:
            progress.finish()
        self.stdout.write(json.dumps(as_json(run), ensure_ascii=False) if options["json"] else as_text(run))


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        field, separator, header = text.partition("=")
        if not separator:
            raise CommandError(_("Write --map as FIELD=HEADER, not “%(text)s”.") % {"text": text})
        pairs[field.strip()] = header.strip()
    return pairs
