import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from scoring import tasks
from scoring.models import Run
from tests.people import member
from tests.scores import run

LIST = reverse("scoring:run_list")
START = reverse("scoring:run_start")


@pytest.fixture
def asked(monkeypatch):
    """What was handed to a worker."""
    calls = []
    monkeypatch.setattr(tasks.evaluate, "delay", lambda *given: calls.append(given))
    return calls


@pytest.mark.parametrize(
    "role, status",
    [("admin", 200), ("manager", 200), ("lead", 200), ("analyst", 200), ("auditor", 200), ("agent", 403), ("", 403)],
)
def test_who_may_see_runs(client, organisation, role, status):
    done = run(dt.date(2025, 7, 1))
    client.force_login(member("somebody", role))
    assert client.get(LIST).status_code == status
    assert client.get(done.get_absolute_url()).status_code == status


def test_nobody_is_sent_to_the_login(client, db):
    for path in (LIST, reverse("scoring:run_detail", args=[1])):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_a_run_shows_its_figures_and_seconds(client, manager, scored):
    client.force_login(manager)
    latest = Run.objects.latest_published()
    seen = client.get(latest.get_absolute_url()).content.decode()
    assert "Customers by band" in seen and "Orders only" in seen


def test_a_failed_run_shows_its_error(client, manager, organisation):
    failed = run(dt.date(2025, 7, 1), "failed", error="DiskFull: no space")
    client.force_login(manager)
    assert b"DiskFull: no space" in client.get(failed.get_absolute_url()).content


def test_an_admin_hands_an_evaluation_to_a_worker(client, admin, organisation, asked):
    client.force_login(admin)
    answer = client.post(START)
    assert answer.headers["Location"].startswith(LIST + "?asked=")
    assert asked == [(organisation.today(timezone.now()).isoformat(), admin.pk)]


@pytest.mark.parametrize("role", ["manager", "lead", "agent", "analyst", "auditor", ""])
def test_others_may_not_start_one(client, organisation, asked, role):
    client.force_login(member("somebody", role))
    assert client.post(START).status_code == 403
    assert not asked


def test_a_get_starts_nothing(client, admin, organisation, asked):
    client.force_login(admin)
    assert client.get(START).status_code == 405
    assert not asked


def test_the_list_polls_while_a_run_is_at_work_and_stops_afterwards(client, manager, organisation):
    client.force_login(manager)
    working = run(dt.date(2025, 7, 1), "running")
    working.shards.create(low_key=1, high_key=2, done_at=timezone.now(), customers=2)
    working.shards.create(low_key=3, high_key=4)
    answer = client.get(LIST, headers={"HX-Request": "true"})
    assert answer.context["share"] == 50 and b'hx-trigger="every' in answer.content
    assert b"<html" not in answer.content
    working.status = "failed"
    working.save()
    assert b'hx-trigger="every' not in client.get(LIST).content


def test_after_asking_the_page_waits_for_a_worker_and_then_says_that_none_began(client, admin, organisation):
    client.force_login(admin)
    now = timezone.now().timestamp()
    assert b"Waiting for a worker" in client.get(LIST, {"asked": now}).content
    assert b"No new run began" in client.get(LIST, {"asked": now - 120}).content
    for nonsense in ("x", "1e400", "nan"):
        assert client.get(LIST, {"asked": nonsense}).status_code == 200


def test_the_list_costs_the_same_number_of_queries_for_10_and_50_runs(
    client, manager, organisation, django_assert_max_num_queries
):
    client.force_login(manager)
    day = dt.date(2025, 1, 1)
    for number in range(10):
        run(day + dt.timedelta(days=number), started_by=manager)
    client.get(LIST)
    with django_assert_max_num_queries(10) as few:
        client.get(LIST)
    for number in range(10, 50):
        run(day + dt.timedelta(days=number), started_by=manager)
    with django_assert_max_num_queries(10) as many:
        client.get(LIST)
    assert len(few) == len(many)
