"""An import whose process is killed is known to be interrupted; one that waits or works is left alone."""

import os
import signal
from pathlib import Path

import pytest
from django.utils import timezone

from customers.imports.living import at_work, release_interrupted
from customers.models import Customer, ImportRun
from tests.processes import program, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 200_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Large enough to be killed in the middle."""
    path = tmp_path / "customers.csv"
    path.write_text("customer code,name\n" + "".join(f"C{n},Customer {n}\n" for n in range(ROWS)))
    return path


def test_an_import_that_is_killed_is_interrupted_and_can_be_started_again(file: Path) -> None:
    with program("manage.py", "import_file", "customers", str(file)) as process:
        wait_for(lambda: ImportRun.objects.filter(begun_at__isnull=False).exists())
        assert release_interrupted() == 0
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    wait_for(lambda: release_interrupted() == 1)
    run = ImportRun.objects.get()
    assert (run.status, run.begun_at) == ("failed", None)
    assert "interrupted" in run.error
    assert not Customer.objects.exists()
    with program("manage.py", "import_file", "customers", str(file)) as again:
        assert again.wait(120) == 0
    assert Customer.objects.count() == ROWS


def test_a_run_that_waits_for_a_worker_is_left_alone() -> None:
    run = ImportRun.objects.create(kind="customers", status="importing", started_at=timezone.now())
    assert release_interrupted() == 0
    run.refresh_from_db()
    assert run.status == "importing"


def test_an_interrupted_undo_leaves_the_import_as_it_was() -> None:
    run = ImportRun.objects.create(kind="customers", status="undoing", begun_at=timezone.now())
    assert release_interrupted() == 1
    run.refresh_from_db()
    assert run.status == "done"


def test_work_that_ends_leaves_no_mark() -> None:
    run = ImportRun.objects.create(kind="customers", status="importing")
    with at_work(run):
        run.refresh_from_db()
        assert run.begun_at
    run.refresh_from_db()
    assert run.begun_at is None
