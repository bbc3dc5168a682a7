import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from crmquality.office.models import Notice
from tests.people import member
from tests.records import customer
from tests.scores import run, score

ALLOWED = ["admin", "manager", "lead", "agent", "analyst", "auditor"]


@pytest.fixture
def today(organisation):
    return organisation.today(timezone.now())


def test_nobody_is_sent_to_the_login(client, db):
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


@pytest.mark.parametrize("role", ALLOWED)
def test_every_role_has_an_overview(client, organisation, role):
    client.force_login(member(role, role))
    assert client.get("/").status_code == 200


def test_an_outsider_may_not_see_it(client, outsider):
    client.force_login(outsider)
    assert client.get("/").status_code == 403


def test_without_customers_it_says_what_to_do_next(client, manager):
    client.force_login(manager)
    assert b"Import a file" in client.get("/").content


def test_with_customers_but_no_run_the_admin_gets_the_button_and_the_agent_an_explanation(client, admin, agent, today):
    customer(owner=agent)
    client.force_login(admin)
    assert reverse("scoring:run_start").encode() in client.get("/").content
    client.force_login(agent)
    assert reverse("scoring:run_start").encode() not in client.get("/").content


def test_a_manager_sees_all_figures_and_an_agent_those_of_own_customers(client, manager, agent, today):
    run(today)
    score(customer(owner=agent), 90.0, "A", change_30d=5.0)
    score(customer(), 50.0, "D", change_30d=-5.0)
    score(customer(), None, "insufficient")
    client.force_login(manager)
    seen = client.get("/").context["overview"]
    assert (seen.customers, seen.scored, seen.insufficient, seen.mean_score) == (3, 2, 1, 70.0)
    assert [len(seen.risers()), len(seen.fallers())] == [1, 1]
    client.force_login(agent)
    seen = client.get("/").context["overview"]
    assert (seen.customers, seen.bands["A"], seen.bands["D"], seen.mean_score) == (1, 1, 0, 90.0)
    assert not seen.fallers()


@pytest.mark.parametrize(
    "runs, words",
    [
        ([], b"No evaluation yet"),
        ([(0, "published")], b"As of"),
        ([(3, "published")], b"evaluation is missing"),
        ([(1, "published"), (0, "failed")], b"failed"),
        ([(1, "published"), (0, "running")], b"was interrupted"),
    ],
)
def test_the_state_of_the_last_run_is_said(client, admin, today, runs, words):
    customer()
    for days, status in runs:
        run(today - dt.timedelta(days=days), status)
    client.force_login(admin)
    assert words in client.get("/").content


def test_the_overview_costs_the_same_number_of_queries_for_10_and_50_customers(
    client, manager, today, django_assert_max_num_queries
):
    client.force_login(manager)
    for change in range(10):
        score(customer(), 50.0, change_30d=change - 5.0)
    client.get("/")
    with django_assert_max_num_queries(15) as few:
        client.get("/")
    for change in range(40):
        score(customer(), 50.0, change_30d=change - 20.0)
    with django_assert_max_num_queries(15) as many:
        client.get("/")
    assert len(few) == len(many)


def test_a_member_keeps_the_chosen_language(client, manager):
    client.force_login(manager)
    answer = client.post(reverse("language_switch"), {"language": "zh-hans", "next": "/customers/"})
    assert answer.headers["Location"] == "/customers/"
    manager.refresh_from_db()
    assert manager.language == "zh-hans"
    assert b'lang="zh-hans"' in client.get("/").content


def test_nobody_keeps_the_language_in_a_cookie(client, db):
    answer = client.post(reverse("language_switch"), {"language": "zh-hant", "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/" and answer.cookies["django_language"].value == "zh-hant"


def test_an_unknown_language_changes_nothing(client, manager):
    client.force_login(manager)
    client.post(reverse("language_switch"), {"language": "xx"})
    manager.refresh_from_db()
    assert manager.language == ""


def test_a_get_changes_neither_language_nor_notices(client, manager):
    client.force_login(manager)
    assert client.get(reverse("language_switch")).status_code == 405
    assert client.get(reverse("notices_read")).status_code == 405


def test_notices_are_read_by_the_one_they_are_for(client, admin, manager):
    Notice.tell_admins("late", Notice.Level.WARNING, "Late since %(day)s", day="Monday")
    client.force_login(admin)
    assert b"Late since Monday" in client.get("/").content
    client.force_login(manager)
    client.post(reverse("notices_read"))
    assert Notice.objects.filter(read_at=None).count() == 1
    client.force_login(admin)
    client.post(reverse("notices_read"))
    assert not Notice.objects.filter(read_at=None)


def test_the_rail_holds_what_the_member_may_use(client, agent, admin, organisation):
    client.force_login(agent)
    seen = client.get("/").content.decode()
    assert "/customers/" in seen and "/evaluation/runs/" not in seen and "/admin/" not in seen
    admin.is_staff = True
    admin.save()
    client.force_login(admin)
    seen = client.get("/").content.decode()
    assert "/evaluation/runs/" in seen and "/admin/" in seen


def test_pages_forbid_inline_scripts_and_only_the_admin_may_evaluate(client, admin, organisation):
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client.force_login(admin)
    own = client.get("/").headers["Content-Security-Policy"].split("; ")
    assert "script-src 'self'" in own
    assert "'unsafe-eval'" in client.get("/admin/").headers["Content-Security-Policy"]


def test_a_page_that_is_not_there_says_so_in_the_sites_own_frame(client, manager):
    client.force_login(manager)
    answer = client.get("/nowhere/")
    assert answer.status_code == 404 and b"There is no such page" in answer.content
