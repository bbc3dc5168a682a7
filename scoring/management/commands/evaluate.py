import datetime as dt
import json
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crmquality.office.models import Organisation
from scoring import rules, runs
from scoring.models import EvaluationModel, Run


class Command(BaseCommand):
    help = "Evaluate every customer as of a date and publish the result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=dt.date.fromisoformat, help="YYYY-MM-DD; default today")
        parser.add_argument("--model", help="slug: score everybody by this one model")
        parser.add_argument("--workers", type=int, default=1, help="processes; default 1")
        parser.add_argument("--refit", action="store_true", help="fit a new calibration")
        parser.add_argument("--json", action="store_true")

    def handle(self, **options: Any) -> None:
        as_of = options["as_of"] or Organisation.load().today(timezone.now())
        helpers: list[subprocess.Popen[bytes]] = []
        start = timezone.now()

        def call_helpers(run: Run) -> None:
            command = [sys.executable, sys.argv[0], "help_run", str(run.pk)]
            helpers.extend(subprocess.Popen(command) for _ in range(options["workers"] - 1))

        try:
            run = runs.evaluate(
                as_of,
                model=options["model"],
                refit=options["refit"],
                helpers=call_helpers,
                progress=self.show,
            )
        except (runs.AlreadyRunning, rules.NoModel) as problem:
            raise CommandError(str(problem)) from problem
        finally:
            for helper in helpers:
                helper.wait()
        self.answer(run, (timezone.now() - start).total_seconds(), options["json"])

    def show(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done} of {total} shards scored", ending="\n" if done == total else "")

    def answer(self, run: Run, seconds: float, as_json: bool) -> None:
        result = as_dict(run, seconds)
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        self.stdout.write(
            f"Run {result['run']} as of {result['as_of']} by {result['model']} v{result['version']}: "
            f"{result['scored']} of {result['customers']} customers scored, "
            f"{result['insufficient']} with insufficient data, in {seconds:.1f} s."
        )
        for band, count in result["bands"].items():
            self.stdout.write(f"  {band}  {count}")


def as_dict(run: Run, seconds: float) -> dict[str, Any]:
    model = EvaluationModel.objects.get(pk=rules.Rules.from_dict(run.rules).default_model)
    return {
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "model": model.slug,
        "version": model.version,
        **{name: run.summary[name] for name in ("customers", "scored", "insufficient", "bands")},
        "seconds": round(seconds, 3),
        "seconds_by_stage": run.seconds_by_stage,
    }
