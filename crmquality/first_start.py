"""What a first start needs: tables, defaults, static files and, for a demo, a company with scores."""

import datetime as dt
import hashlib
import math
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from crmquality.celery import app
from crmquality.office.models import Organisation
from crmquality.translating import compile_catalogues
from customers.models import Customer
from scoring import runs
from scoring.models import Run

Say = Callable[[str], None]
SECONDS_TO_SCORE = 300
SECONDS_TO_ASK_AGAIN = 10
MONTH_ENDS = 6


def prepare(say: Say) -> None:
    _migrate(say)
    call_command("load_defaults", stdout=_Nowhere())
    compile_catalogues()
    _collect_static_files(say)


def _migrate(say: Say) -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date ...")
        call_command("migrate", interactive=False, verbosity=0)


class _Nowhere:
    """Takes what a command prints when only one object may reach standard output."""

    def write(self, text: str) -> None: ...

    def flush(self) -> None: ...


def _collect_static_files(say: Say) -> None:
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = _static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Collecting style sheets, scripts and icons ...")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{storage.path(name)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def seed_demo_if_empty(say: Say) -> None:
    if Customer.objects.exists():
        return
    say("Making up a company with 2,000 customers and three years of orders ...")
    call_command("seed_demo", customers=2000, seed=1, stdout=_Nowhere())


def score_if_never_scored(say: Say, look_after: Callable[[], None]) -> None:
    """Let a worker score today and, for a history to look at, the last month-ends; tell how far it is."""
    today = Organisation.load().today(timezone.now())
    if Run.objects.published().filter(as_of__gte=today - dt.timedelta(days=14)).exists():
        return
    say(f"Scoring every customer as of {MONTH_ENDS} month-ends and today, in a Celery worker ...")
    for as_of in [*_month_ends(today), today]:
        say(f"  as of {as_of}")
        _score(as_of, look_after)
    connections.close_all()


def _score(as_of: dt.date, look_after: Callable[[], None]) -> None:
    """Have a worker evaluate the day, and wait for it. One after the other: two at once are refused."""
    began, asked = time.monotonic(), -math.inf
    while not Run.objects.published().filter(as_of=as_of).exists():
        now = time.monotonic()
        if now - asked > SECONDS_TO_ASK_AGAIN and not runs.is_driven():
            app.send_task("scoring.tasks.evaluate", [as_of.isoformat()])
            asked = now
        look_after()
        if now - began > SECONDS_TO_SCORE:
            raise CommandError("The first evaluation does not get on; the reason may be in var/log/worker.log.")
        time.sleep(0.2)


def _month_ends(today: dt.date) -> list[dt.date]:
    """The first days of the last months, oldest first: as of the 1st is what was true when a month ended."""
    months = [today.year * 12 + today.month - 1 - back for back in range(MONTH_ENDS)]
    return sorted({dt.date(month // 12, month % 12 + 1, 1) for month in months} - {today})
