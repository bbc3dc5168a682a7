"""What a first start needs: tables, defaults, static files and, for a demo, a company with scores."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from crmquality.celery import app
from crmquality.translating import compile_catalogues
from customers.models import Customer
from scoring.models import Run

Say = Callable[[str], None]
SECONDS_TO_BEGIN = 120
SECONDS_TO_SCORE = 900


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
    """Let a worker do the night's work now, and tell how far it is."""
    if Run.objects.published().exists():
        return
    say("Scoring every customer in a Celery worker ...")
    app.send_task("scoring.tasks.nightly")
    began = time.monotonic()
    told = ""
    while not Run.objects.published().exists():
        look_after()
        told = _tell_progress(say, told)
        if time.monotonic() - began > (SECONDS_TO_SCORE if told else SECONDS_TO_BEGIN):
            raise CommandError("The first evaluation does not get on; the reason may be in var/log/worker.log.")
        time.sleep(0.5)
    connections.close_all()


def _tell_progress(say: Say, told: str) -> str:
    run = Run.objects.order_by("-pk").first()
    if run is None:
        return told
    if run.status == Run.Status.FAILED:
        raise CommandError(f"The first evaluation failed: {run.error.strip()}")
    done, shards = run.shards.exclude(done_at=None).count(), run.shards.count()
    now = f"  {done} of {shards} parts scored" if shards else "  measuring the company as a whole"
    if now != told:
        say(now)
    return now
