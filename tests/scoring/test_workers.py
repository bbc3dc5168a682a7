"""The evaluation in real processes: a Celery worker over the real broker, and one that is killed."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from scoring import runs, tasks
from scoring.models import CurrentScore, Run, RunShard, Score
from tests.processes import program, wait_for
from tests.records import customer, order
from tests.scoring.conftest import AS_OF

pytestmark = pytest.mark.django_db(transaction=True)
SHARDS = 60


def worker() -> Iterator[subprocess.Popen[bytes]]:
    queue = f"test-{connection.settings_dict['NAME']}"
    return program(
        "-m", "celery", "--app", "crmquality.celery", "worker",
        "--concurrency", "1", "--queues", queue, "--loglevel", "WARNING",
    )  # fmt: skip


def send(task: object, *arguments: object) -> None:
    task.apply_async(arguments, queue=f"test-{connection.settings_dict['NAME']}")


@pytest.fixture
def scattered(company):
    """The company and customers with keys so far apart that each is a shard of its own."""
    first = company[-1].pk + 1
    for number in range(SHARDS):
        buyer = customer(id=first + number * runs.CUSTOMERS_A_SHARD)
        order(buyer, "2025-06-01", 5000)
    return company


def test_a_worker_evaluates_what_is_sent_through_the_broker(company):
    with worker():
        send(tasks.evaluate, AS_OF.isoformat())
        wait_for(lambda: Run.objects.published().exists())
    assert CurrentScore.objects.count() == len(company)


def test_a_night_sent_twice_is_done_once(company):
    with worker():
        send(tasks.evaluate, AS_OF.isoformat())
        send(tasks.evaluate, AS_OF.isoformat())
        wait_for(lambda: Run.objects.published().exists())
        time.sleep(1)
    assert Run.objects.count() == 1
    assert Score.objects.count() == len(company)


def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(scattered):
    with program("manage.py", "evaluate", "--as-of", AS_OF.isoformat()) as process:
        wait_for(lambda: RunShard.objects.exclude(done_at=None).count() >= 3)
        os.killpg(process.pid, signal.SIGKILL)
    interrupted = Run.objects.get()
    done = interrupted.shards.exclude(done_at=None).count()
    assert interrupted.status == "running"
    assert 3 <= done < SHARDS, "it was killed in the middle"
    assert not CurrentScore.objects.exists()
    wait_for(lambda: not runs.is_driven())
    run = runs.evaluate(AS_OF)
    assert run.pk == interrupted.pk
    assert Score.objects.filter(run=run).count() == len(scattered) + SHARDS == run.summary["customers"]


def test_two_processes_at_once_the_second_says_so(scattered):
    with program("manage.py", "evaluate", "--as-of", AS_OF.isoformat()):
        wait_for(runs.is_driven)
        with pytest.raises(runs.AlreadyRunning):
            runs.evaluate(AS_OF)
        wait_for(lambda: Run.objects.published().exists())
    assert Run.objects.count() == 1
