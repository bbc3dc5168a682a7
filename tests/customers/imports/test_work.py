"""The import as a worker does it: progress seen from outside, cancelled, killed, done twice."""

import threading

import pytest
from django.db import connection

from customers import tasks
from customers.imports.errors import ImportCancelled
from customers.imports.progress import OnRun, Silent
from customers.imports.running import run_import, stored_path
from customers.models import Customer, ImportRejection, ImportRun, Order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def run(settings, tmp_path, uci) -> ImportRun:
    settings.MEDIA_ROOT = tmp_path
    options = {"mapping": {}, "source": "shop", "rules": ["cancellation_is_return"]}
    run = ImportRun.objects.create(kind="orders", file_name="x.csv", status="importing", options=options)
    stored_path(run).parent.mkdir()
    stored_path(run).write_text(uci)
    return run


def test_a_worker_imports_reports_and_removes_the_file(run):
    tasks.commit_import(run.pk)
    run.refresh_from_db()
    assert (run.status, run.stage, run.created) == ("done", "finishing", 10)
    assert not stored_path(run).exists()


def test_the_task_coming_twice_does_it_once(run):
    tasks.commit_import(run.pk)
    before = ImportRun.objects.values().get()
    tasks.commit_import(run.pk)
    assert ImportRun.objects.values().get() == before


def test_a_wish_to_cancel_leaves_nothing(run):
    ImportRun.objects.update(is_cancel_requested=True)
    tasks.commit_import(run.pk)
    run.refresh_from_db()
    assert run.status == "cancelled" and run.lines_read == 0
    assert not Customer.objects.exists() and not ImportRejection.objects.exists()


def test_a_failure_in_the_middle_leaves_nothing_and_says_so(run, monkeypatch):
    monkeypatch.setattr("customers.imports.running.finish_log", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_import(run, stored_path(run), Silent(), dry_run=False)
    run.refresh_from_db()
    assert run.status == "failed" and "nothing was changed" in run.error and not Order.objects.exists()


def test_money_that_does_not_agree_cannot_be_committed(run, monkeypatch):
    monkeypatch.setattr("customers.imports.staging._worth", lambda *_args: 1)
    with pytest.raises(Exception, match="importrun_money_equal"):
        run_import(run, stored_path(run), Silent(), dry_run=False)
    assert not Order.objects.exists()


def test_progress_is_seen_by_others_before_the_end(run):
    seen = []

    class Spy(OnRun):
        def report(self, stage, done=0, total=0):
            super().report(stage, done, total)
            seen.append((ImportRun.objects.using("default").get(pk=run.pk).stage, stage))

    spy = Spy(run)
    run_import(run, stored_path(run), spy, dry_run=True)
    spy.close()
    assert all(shown == stage for shown, stage in seen) and len(seen) >= 4


def test_two_imports_at_once_wait_for_each_other(run, uci):
    second = ImportRun.objects.create(kind="orders", file_name="y.csv", status="importing", options=run.options)
    stored_path(second).write_text(uci)
    failures = []

    def work(which: ImportRun) -> None:
        try:
            run_import(which, stored_path(which), Silent(), dry_run=False)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[which]) for which in (run, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    counts = sorted(ImportRun.objects.values_list("created", "unchanged"))
    assert counts[0][0] == 0 and counts[0][1] == counts[1][0] > 0


def test_cancelling_is_an_exception_of_its_own(run):
    class Impatient(Silent):
        def report(self, stage, done=0, total=0):
            if stage == "writing":
                raise ImportCancelled

    with pytest.raises(ImportCancelled):
        run_import(run, stored_path(run), Impatient(), dry_run=False)
    assert ImportRun.objects.get().status == "cancelled"
