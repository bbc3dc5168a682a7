from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from scoring import runs


class Command(BaseCommand):
    help = "Score shards of a running evaluation run beside its driver, until none is left."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", type=int)

    def handle(self, **options: Any) -> None:
        runs.work(options["run"])
