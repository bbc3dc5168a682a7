"""An evaluation run: calibrate → score shards → summarise → publish. Resumable, never doubled.

One driver at a time holds an advisory lock; workers, this one included, claim shards with
SKIP LOCKED and write each in one transaction, so a killed worker's shard is simply claimed
again. `score_key` (as_of, customer, run) guards against any doubled row, `run_one_at_a_time`
against a second run, `run_same_inputs_once` against a second publication of the same inputs.
"""

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Max, Min, Sum

from crmquality.office.models import Member
from customers.models import Customer
from scoring import calibrations, partitions, publication, shards
from scoring import rules as run_rules
from scoring.models import Calibration, Run, RunShard
from scoring.rules import Rules

CUSTOMERS_A_SHARD = 10_000
DRIVER_LOCK = 7_301_001
RECORDS_TABLE = "customers_changedcustomer"

Progress = Callable[[int, int], None]
Helpers = Callable[[Run], None]


class AlreadyRunning(Exception):
    """Another process drives an evaluation; the message says which."""


def evaluate(
    as_of: dt.date,
    *,
    model: str | None = None,
    refit: bool = False,
    member: Member | None = None,
    helpers: Helpers = lambda run: None,
    progress: Progress = lambda done, total: None,
) -> Run:
    """The published run for `as_of`: the one that exists for the same inputs, or a new one.

    An interrupted run with the same inputs is resumed, any other unfinished one abandoned.
    `helpers` may call more workers to the run; `progress` hears of shards done and in all.
    Raises AlreadyRunning, and `rules.NoModel` when there is nothing to score with.
    """
    with _driving():
        clock = _Stages()
        with clock("calibrate"):
            run = _find_or_start(as_of, model, refit, member)
        if run.is_published:
            return run
        try:
            helpers(run)
            with clock("score"):
                _work_until_done(run, progress)
            return publication.publish(run, clock.seconds)
        except Exception as error:
            Run.objects.filter(pk=run.pk).update(error=f"{type(error).__name__}: {error}"[:2000])
            raise


def work(run_id: int) -> int:
    """Score shards of the run until none can be claimed; returns how many. For helping workers."""
    done = 0
    while shards.claim_and_score(run_id):
        done += 1
    return done


def _work_until_done(run: Run, progress: Progress) -> None:
    total = run.shards.count()
    while True:
        claimed = shards.claim_and_score(run.pk)
        done = run.shards.exclude(done_at=None).count()
        progress(done, total)
        if done == total:
            return
        if not claimed:
            # Helpers hold the rest; if one dies, its lock goes and the shard comes back.
            time.sleep(0.1)


@contextmanager
def _driving() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [DRIVER_LOCK])
        if not cursor.fetchone()[0]:
            running = Run.objects.filter(status=Run.Status.RUNNING).first()
            what = f"Evaluation run {running.pk} as of {running.as_of}" if running else "An evaluation"
            raise AlreadyRunning(f"{what} is in progress; nothing was started.")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [DRIVER_LOCK])


def is_driven() -> bool:
    """Is a process driving an evaluation at this moment?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [DRIVER_LOCK],
        )
        return bool(cursor.fetchone()[0])


def _find_or_start(as_of: dt.date, model: str | None, refit: bool, member: Member | None) -> Run:
    records = _records_version()
    rules = run_rules.current(as_of, model)
    calibration = calibrations.for_date(as_of, rules, refit)
    previous = Run.objects.published().filter(as_of__lt=as_of).latest_published()
    key = run_rules.fingerprint(rules, as_of, calibration.pk, records, previous.pk if previous else None)
    known = Run.objects.filter(fingerprint=key, status__in=["running", "published"]).first()
    if known:
        return known
    for other in Run.objects.filter(status=Run.Status.RUNNING):
        abandon(other)
    partitions.ensure(as_of)
    return _start(as_of, rules, calibration, key, records, member)


@transaction.atomic
def _start(
    as_of: dt.date,
    rules: Rules,
    calibration: Calibration,
    key: str,
    records: int,
    member: Member | None,
) -> Run:
    run = Run.objects.create(
        as_of=as_of,
        fingerprint=key,
        rules=rules.to_dict(),
        calibration=calibration,
        records_version=records,
        started_by=member,
    )
    keys = Customer.objects.aggregate(low=Min("pk"), high=Max("pk"))
    low, high = keys["low"] or 0, keys["high"] or -1
    RunShard.objects.bulk_create(
        RunShard(run=run, low_key=start, high_key=min(start + CUSTOMERS_A_SHARD - 1, high))
        for start in range(low, high + 1, CUSTOMERS_A_SHARD)
    )
    return run


def _records_version() -> int:
    """The number of the newest record change, once every change with a lower one is visible.

    The lock waits for writers that have a number but have not committed: without it, a change
    could commit after the run read its customers and yet count as seen.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {RECORDS_TABLE} IN SHARE MODE")
        cursor.execute(
            "SELECT COALESCE(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass), 0)",
            [RECORDS_TABLE],
        )
        return int(cursor.fetchone()[0])


def abandon(run: Run) -> None:
    """Give an unfinished run up and delete what it wrote; its rows never were visible."""
    Run.objects.filter(pk=run.pk, status=Run.Status.RUNNING).update(status=Run.Status.ABANDONED)
    with transaction.atomic(), connection.cursor() as cursor:
        run.shards.all().delete()  # waits for workers that still hold one
        for table in partitions.TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE as_of = %s AND run_id = %s", [run.as_of, run.pk])


def progress_of(run: Run) -> tuple[int, int, int]:
    """Shards done, shards in all, and customers scored so far."""
    total = run.shards.count()
    done = run.shards.exclude(done_at=None)
    return done.count(), total, done.aggregate(Sum("customers"))["customers__sum"] or 0


class _Stages:
    """Seconds by stage, as the driver sees them."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] += time.perf_counter() - start


def missing_nights(today: dt.date, most: int = 14) -> list[dt.date]:
    """The as-of days without a published run since the last one, oldest first, today included.

    At most `most`; the first night of an installation is today's alone.
    """
    last = Run.objects.published().filter(as_of__lte=today).aggregate(Max("as_of"))["as_of__max"]
    if last is None:
        return [today]
    first = max(last + dt.timedelta(days=1), today - dt.timedelta(days=most - 1))
    return [first + dt.timedelta(days=n) for n in range((today - first).days + 1)]
