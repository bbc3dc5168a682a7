"""Extract, update and compile the catalogues; or check that they are complete."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crmquality import translating


class Command(BaseCommand):
    help = "Updates and compiles the catalogues of locale/ and counts what is not translated."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; fail when a string has no translation."
        )
        parser.add_argument("--compile", action="store_true", help="Only write the binary catalogues.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, check: bool, compile: bool, **options: Any) -> None:
        if compile:
            translating.compile_catalogues()
            return
        if not check:
            translating.update_catalogues()
            translating.compile_catalogues()
        gaps = translating.find_gaps()
        if options["json"]:
            self.stdout.write(json.dumps({"languages": [asdict(each) for each in gaps]}, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(_report(gaps)))
        if check and not all(each.is_complete for each in gaps):
            raise CommandError("The catalogues are not complete: run manage.py translations and fill in what is empty.")


def _report(gaps: list[translating.Gaps]) -> list[str]:
    lines = []
    for each in gaps:
        lines.append(
            f"{each.language}: {each.strings} strings, {len(each.untranslated)} not translated, "
            f"{len(each.broken)} with other placeholders"
        )
        lines += [f"  not translated: {what}" for what in each.untranslated]
        lines += [f"  other placeholders: {what}" for what in each.broken]
    return lines
