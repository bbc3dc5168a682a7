import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from customers import agenda
from customers.models import FollowUp, Interaction
from tests.people import member
from tests.records import contact, customer, follow_up

LIST = reverse("customers:follow_up_list")
SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}
VERBS = {
    "done": {"outcome": "All well"},
    "postpone": {"due_on": "2099-01-01"},
    "cancel": {"outcome": "Moved away"},
}


def change(verb, row):
    return reverse(f"customers:follow_up_{verb}", args=[row.pk])


def subjects(answer) -> list[str]:
    return [row.subject for row in answer.context["page"].rows]


@pytest.fixture
def today(organisation) -> dt.date:
    return organisation.today(timezone.now())


@pytest.fixture
def buyer(agent, organisation):
    return customer("C-1", name="Acme", owner=agent)


@pytest.fixture
def task(buyer, agent, today):
    return follow_up(buyer, today, owner=agent, subject="Call Li Na")


@pytest.mark.parametrize(
    "role, reads, writes",
    [
        ("admin", 200, 200), ("manager", 200, 200), ("agent", 200, 404), ("lead", 200, 404),
        ("auditor", 200, 403), ("analyst", 200, 403), ("", 403, 403),
    ],
)  # fmt: skip
def test_who_may_read_and_settle_somebody_elses_follow_up(client, task, role, reads, writes):
    client.force_login(member("somebody", role))
    answer = client.get(LIST, {"scope": "all"})
    assert answer.status_code == reads
    assert reads != 200 or subjects(answer) == (["Call Li Na"] if role not in ("agent", "lead") else [])
    for verb, data in VERBS.items():
        assert client.get(change(verb, task)).status_code == writes
        posted = client.post(change(verb, task), data).status_code
        assert posted == (302 if writes == 200 else writes)


def test_nobody_is_sent_to_the_login(client, task):
    for address in (LIST, *(change(verb, task) for verb in VERBS)):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_mine_the_teams_and_all(client, agent, team, buyer, today):
    colleague = member("colleague", "agent", team=team)
    follow_up(buyer, today, owner=agent, subject="Mine")
    follow_up(buyer, today, owner=colleague, subject="Colleague's")
    follow_up(buyer, today, subject="Nobody's")
    follow_up(customer("C-2"), today, owner=agent, subject="Of a customer who went to others")
    client.force_login(agent)
    assert subjects(client.get(LIST)) == ["Mine"]
    assert subjects(client.get(LIST, {"scope": "team"})) == ["Mine", "Colleague's"]
    assert subjects(client.get(LIST, {"scope": "all"})) == ["Mine", "Colleague's", "Nobody's"]


# Wednesday, 2 July 2025.
WEDNESDAY = dt.date(2025, 7, 2)


@pytest.mark.parametrize(
    "due_on, bucket",
    [
        ("2020-01-01", "overdue"), ("2025-07-01", "overdue"), ("2025-07-02", "today"), ("2025-07-03", "week"),
        ("2025-07-06", "week"), ("2025-07-07", "later"), ("2099-01-01", "later"),
    ],
)  # fmt: skip
def test_every_day_is_in_one_bucket(buyer, due_on, bucket):
    row = follow_up(buyer, due_on)
    row.refresh_from_db()
    assert agenda.bucket_of(row.due_on, WEDNESDAY).name == bucket
    counts = agenda.counts(FollowUp.objects.all(), WEDNESDAY)
    assert counts == {"overdue": 0, "today": 0, "week": 0, "later": 0} | {bucket: 1}
    assert list(agenda.narrowed(FollowUp.objects.all(), bucket, WEDNESDAY)) == [row]


def test_on_a_sunday_the_week_is_over():
    sunday = dt.date(2025, 7, 6)
    assert agenda.bucket_of(dt.date(2025, 7, 7), sunday).name == "later"


def test_the_soonest_comes_first_and_pages_hold(client, agent, buyer, today, monkeypatch):
    from customers.views import follow_ups as views

    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for days in (3, -3, 0, 9):
        follow_up(buyer, today + dt.timedelta(days), owner=agent, subject=str(days))
    client.force_login(agent)
    first = client.get(LIST)
    assert subjects(first) == ["-3", "0"]
    assert subjects(client.get(f"{LIST}?{first.context['page'].next}")) == ["3", "9"]


def test_what_is_settled_is_listed_apart(client, agent, task):
    client.force_login(agent)
    client.post(change("done", task), VERBS["done"])
    assert subjects(client.get(LIST)) == []
    settled = client.get(LIST, {"when": "done"})
    assert subjects(settled) == ["Call Li Na"] and "All well" in settled.content.decode()


def test_done_with_what_came_of_it(client, agent, task):
    client.force_login(agent)
    answer = client.post(change("done", task), VERBS["done"], headers=SHEET)
    assert "recordsChanged" in answer.headers["HX-Trigger"] and "Done." in answer.content.decode()
    task.refresh_from_db()
    assert task.outcome == "All well" and not task.is_open


def test_a_return_visit_that_is_done_is_logged(client, agent, buyer, today):
    visit = follow_up(buyer, today, owner=agent, kind="return_visit", contact=contact(buyer), subject="Visit")
    client.force_login(agent)
    assert "Log the visit" in client.get(LIST).content.decode()
    client.post(change("done", visit), VERBS["done"])
    visit.refresh_from_db()
    assert visit.done_by == Interaction.objects.get() and visit.done_by.channel == "visit"


@pytest.mark.parametrize("verb", VERBS)
def test_of_two_at_once_one_wins_and_the_other_is_told(client, agent, task, verb):
    client.force_login(agent)
    client.post(change("done", task), VERBS["done"])
    answer = client.post(change(verb, task), {**VERBS[verb], "outcome": "Second"}, headers=SHEET)
    assert "Somebody else had settled this" in answer.content.decode()
    task.refresh_from_db()
    assert task.outcome == "All well" and task.cancelled_at is None


@pytest.mark.parametrize("verb, data", [("postpone", {"due_on": "2020-01-01"}), ("cancel", {"outcome": ""})])
def test_what_cannot_be_is_said_at_the_field(client, agent, task, verb, data):
    client.force_login(agent)
    assert client.post(change(verb, task), data, headers=SHEET).status_code == 422
    task.refresh_from_db()
    assert task.is_open


def test_a_get_changes_nothing(client, agent, task):
    client.force_login(agent)
    for verb in VERBS:
        client.get(change(verb, task), VERBS[verb])
    task.refresh_from_db()
    assert task.is_open and task.due_on < dt.date(2099, 1, 1)


def test_what_is_due_stands_on_the_customers_page(client, agent, task, buyer):
    client.force_login(agent)
    assert f"{LIST}?customer=C-1" in client.get(buyer.get_absolute_url()).content.decode()
    card = client.get(LIST, {"customer": "C-1"}, headers={"HX-Request": "true"}).content.decode()
    assert "Call Li Na" in card and "due-today" in card and "<html" not in card
    assert client.get(LIST, {"customer": "C-9"}).status_code == 404


def test_the_rail_marks_one_section(client, agent, task):
    client.force_login(agent)
    page = client.get(LIST).content.decode()
    assert page.count('aria-current="page"') == 2  # the rail and its drawer


def test_it_costs_the_same_for_10_and_for_50(client, agent, team, today, django_assert_max_num_queries):
    client.force_login(agent)
    counts = []
    for count in (10, 40):
        for _ in range(count):
            buyer = customer(owner=agent)
            follow_up(buyer, today, owner=agent, contact=contact(buyer))
        with django_assert_max_num_queries(9) as captured:
            client.get(LIST, {"scope": "team"})
        counts.append(len(captured))
    assert counts[0] == counts[1]
