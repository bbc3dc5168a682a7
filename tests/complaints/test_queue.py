"""The queue says what is due first, to whom it may be said, and for the same price however long it is."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import life, queue
from complaints.models import Actor, Case, CaseStep, SavedFilter
from tests.people import member
from tests.records import case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
LIST = reverse("complaints:case_list")
BULK = reverse("complaints:case_bulk")
FRAGMENT = {"HX-Request": "true", "HX-Target": "cases"}


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    cache.clear()


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def buyer(agent):
    return customer("C-1", name="上海精工有限公司", owner=agent, tier="A", region="East")


def subjects(answer) -> list[str]:
    return [row.subject for row in answer.context["rows"]]


def pick(client, **query) -> list[str]:
    return subjects(client.get(LIST, {"tab": "open", **query}))


def due(one: Case, moment) -> None:
    one.clocks.update(due_at=moment, warn_at=moment)


@pytest.mark.parametrize(
    "role, status, sees",
    [("admin", 200, 1), ("manager", 200, 1), ("auditor", 200, 1), ("agent", 200, 0), ("lead", 200, 0), ("", 403, 0)],
)
def test_who_may_read_the_queue(client, buyer, now, role, status, sees):
    one = case(now, buyer)
    client.force_login(member("somebody", role))
    answer = client.get(LIST, {"tab": "open"})
    assert answer.status_code == status
    assert status != 200 or len(subjects(answer)) == sees
    assert client.get(one.get_absolute_url()).status_code == (status if sees or status != 200 else 404)


def test_nobody_is_sent_to_the_login(client, buyer, now):
    addresses = [LIST, case(now, buyer).get_absolute_url(), reverse("complaints:customer_cases", args=["C-1"])]
    for address in addresses:
        assert client.get(address).headers["Location"].startswith("/accounts/login/")
    for name in ("filter_save", "case_bulk", "case_bulk_undo"):
        assert client.post(reverse(f"complaints:{name}")).headers["Location"].startswith("/accounts/login/")


def test_what_is_due_first_stands_first_and_what_is_paused_last(client, agent, buyer, now):
    paused, late, soon = (case(now, buyer, subject=name) for name in ("paused", "late", "soon"))
    life.wait(paused, Actor.staff(agent), now)
    due(soon, now + timezone.timedelta(hours=1))
    due(late, now - timezone.timedelta(hours=1))
    client.force_login(agent)
    answer = client.get(LIST)
    assert subjects(answer) == ["late", "soon", "paused"]
    assert [row.due.state for row in answer.context["rows"]] == ["overdue", "later", "paused"]


def test_the_case_carries_the_due_date_of_its_earliest_running_clock(agent, buyer, now):
    one = case(now, buyer)
    clocks = {clock.kind: clock.due_at for clock in one.clocks.all()}
    one.refresh_from_db()
    assert one.due_at == clocks["acknowledge"] == min(clocks.values())
    life.acknowledge(one, Actor.staff(agent), now)
    one.refresh_from_db()
    assert one.due_at == clocks["response"]
    life.wait(one, Actor.staff(agent), now)
    one.refresh_from_db()
    assert one.due_at is None


def test_each_tab_shows_what_it_says(client, agent, manager, team, buyer, now):
    office_day = now.replace(hour=12, minute=0)
    mine = case(now, buyer, subject="mine")
    case(now, customer(), subject="team's", team=team)
    case(now, customer(), subject="nobody's")
    due(case(now, customer(owner=manager), subject="today"), office_day)
    due(case(now, customer(owner=manager), subject="late"), now - timezone.timedelta(days=3))
    life.resolve(case(now, customer(owner=manager), subject="ended"), Actor.staff(manager), now)
    due(mine, now + timezone.timedelta(days=3))
    client.force_login(agent)
    assert pick(client, tab="mine") == ["mine"]
    assert set(pick(client, tab="team")) == {"mine", "team's"}
    client.force_login(manager)
    assert set(pick(client, tab="unassigned")) == {"team's", "nobody's"}
    assert "today" in pick(client, tab="today") and "mine" not in pick(client, tab="today")
    assert "late" in pick(client, tab="breached") and "mine" not in pick(client, tab="breached")
    assert "ended" not in pick(client) and pick(client, tab="closed") == ["ended"]
    assert pick(client, tab="evil") == pick(client, tab="mine")


def test_a_case_merged_into_another_stands_in_no_tab(client, manager, buyer, now):
    kept, other = case(now, buyer), case(now, buyer)
    life.merge(kept, other, Actor.staff(manager), now)
    client.force_login(manager)
    assert len(pick(client)) == 1 and pick(client, tab="closed") == []


def test_filters_stand_in_the_address(client, manager, team, agent, buyer, now):
    from complaints.models import Category

    part = Category.objects.get(code="late-delivery")
    wanted = case(
        now,
        buyer,
        subject="迟到的货物",
        kind="enquiry",
        severity=4,
        category=part,
        team=team,
        tags=["海运"],
        owner=agent,
    )
    case(now, customer(), subject="Something else")
    client.force_login(manager)
    asked = {
        "kind": "enquiry", "severity": "4", "category": part.parent_id, "tier": "A", "owner": agent.pk,
        "team": wanted.team_id, "region": "East", "tag": "海运", "status": wanted.status,
    }  # fmt: skip
    for name, value in asked.items():
        assert pick(client, **{name: value}) == ["迟到的货物"], name
    for text in ("到的货", "海精", "货", wanted.number, str(wanted.pk), "c-1"):
        assert pick(client, q=text) == ["迟到的货物"], text
    assert len(pick(client, kind="evil", severity="x", owner="';--")) == 2
    assert "Enquiry" in client.get(LIST, {"tab": "open", "kind": "enquiry"}).content.decode()


def test_the_queue_costs_the_same_for_ten_cases_and_fifty(client, manager, now, django_assert_max_num_queries):
    def fill(number: int) -> None:
        for each in range(number):
            case(now, customer(owner=manager), tags=[f"t{each}"])

    client.force_login(manager)
    fill(10)
    client.get(LIST)
    with django_assert_max_num_queries(20) as ten:
        client.get(LIST, {"tab": "open"})
    fill(40)
    with django_assert_max_num_queries(20) as fifty:
        client.get(LIST, {"tab": "open"})
    assert len(ten) == len(fifty)


def test_it_is_paged_by_where_one_is(client, manager, buyer, now, monkeypatch):
    from complaints.views import cases as views

    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    rows = [case(now, buyer, subject=f"{number}") for number in range(5)]
    for number, one in enumerate(rows[:3]):
        due(one, now + timezone.timedelta(hours=number))
    for one in rows[3:]:
        life.wait(one, Actor.staff(manager), now)
    client.force_login(manager)
    seen, query = [], "tab=open"
    while query:
        answer = client.get(f"{LIST}?{query}", headers=FRAGMENT)
        assert b"<html" not in answer.content
        seen += subjects(answer)
        query = answer.context["page"].next
    assert seen == ["0", "1", "2", "3", "4"]


def test_filters_are_saved_under_a_name_of_ones_own(client, agent, manager):
    client.force_login(agent)
    save = reverse("complaints:filter_save")
    for query in ("tab=open&kind=praise", "tab=team"):
        assert client.post(save, {"name": "Mine", "query": query}).headers["Location"] == f"{LIST}?{query}"
    kept = SavedFilter.objects.get()
    assert kept.query == "tab=team" and "?tab=team" in client.get(LIST).content.decode()
    client.post(save, {"name": "", "query": ""})
    assert SavedFilter.objects.count() == 1
    client.force_login(manager)
    assert client.post(reverse("complaints:filter_remove", args=[kept.pk])).status_code == 404
    client.force_login(agent)
    client.post(reverse("complaints:filter_remove", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


def test_columns_are_chosen_and_remembered(client, manager, buyer, now):
    case(now, buyer)
    client.force_login(manager)
    client.get(LIST, {"columns": ["region", "evil"]})
    assert client.get(LIST).context["column_names"] == ["region"]


# Many at once


@pytest.fixture
def three(agent, now):
    return [case(now, customer(owner=agent), subject=f"{number}") for number in range(3)]


def bulk(client, cases, field, **values):
    return client.post(BULK, {"number": [each.number for each in cases], "field": field, **values}, follow=True)


def test_what_will_happen_is_named_first(client, manager, three):
    client.force_login(manager)
    asked = bulk(client, three[:2], "assign")
    assert "Assign: 2 cases" in asked.content.decode()
    assert bulk(client, three, "assign", confirm="yes").status_code == 422
    assert bulk(client, three, "evil", confirm="yes").status_code == 422
    assert "No case was chosen" in bulk(client, [], "assign").content.decode()
    assert not Case.objects.filter(owner=manager).exists()


def test_many_are_assigned_and_given_back(client, manager, agent, three):
    client.force_login(manager)
    page = bulk(client, three, "assign", confirm="yes", to=f"member-{manager.pk}").content.decode()
    assert "Assign: 3 cases." in page and Case.objects.filter(owner=manager).count() == 3
    Case.objects.filter(pk=three[0].pk).update(owner=None)
    address, token = re.search(r'action="([^"]*undo/)".*?name="undo" value="([^"]+)"', page, re.S).groups()
    said = client.post(address, {"undo": token}, follow=True).content.decode()
    assert "2 cases are as before." in said and three[0].number in said
    assert Case.objects.filter(owner=agent).count() == 2
    assert "no longer be undone" in client.post(address, {"undo": "evil"}, follow=True).content.decode()


def test_those_that_cannot_be_closed_are_named_and_left_alone(client, manager, three, now):
    life.resolve(three[0], Actor.staff(manager), now)
    life.close(three[0], "accepted", Actor.staff(manager), now)
    client.force_login(manager)
    page = bulk(client, three, "close", confirm="yes", outcome="no_answer").content.decode()
    assert "Close: 2 cases." in page and three[0].number in page
    assert sorted(Case.objects.values_list("outcome", flat=True)) == ["accepted", "no_answer", "no_answer"]


def test_tags_are_added_and_taken_away_again(client, manager, three):
    Case.objects.filter(pk=three[0].pk).update(tags=["old", "new"])
    client.force_login(manager)
    page = bulk(client, three, "tag", confirm="yes", tags="new，海运").content.decode()
    assert Case.objects.filter(tags__contains=["new", "海运"]).count() == 3
    address, token = re.search(r'action="([^"]*undo/)".*?name="undo" value="([^"]+)"', page, re.S).groups()
    client.post(address, {"undo": token})
    assert sorted(Case.objects.values_list("tags", flat=True)) == [[], [], ["old", "new"]]
    assert bulk(client, three, "tag", confirm="yes", tags="x" * 31).status_code == 422


def test_only_what_one_may_see_and_change_is_changed(client, agent, manager, three, now):
    stranger = case(now, customer(owner=manager))
    client.force_login(agent)
    bulk(client, [three[0], stranger], "resolve", confirm="yes")
    assert list(Case.objects.filter(status="resolved")) == [three[0]]
    for role in ("auditor", "analyst", ""):
        client.force_login(member(f"the {role}", role))
        assert client.post(BULK, {"number": three[1].number, "field": "resolve"}).status_code == 403
    assert client.get(BULK).status_code == 403


def test_of_two_who_assign_the_same_at_once_one_is_told(manager, agent, three, now):
    from complaints import bulk as verbs

    mine, yours = list(Case.objects.order_by("pk")), list(Case.objects.order_by("pk"))
    first = verbs.each(mine[:2], verbs.assigning(lambda _case: (manager, None), Actor.staff(manager), now))
    second = verbs.each(yours, verbs.assigning(lambda _case: (None, None), Actor.staff(agent), now))
    assert (len(first.done), len(second.done), second.overtaken) == (2, 1, yours[:2])


def test_a_case_that_changed_since_it_was_ticked_is_left_alone(client, manager, agent, three, now):
    client.force_login(manager)
    ticked = [f"{row.number}:{row.seen}" for row in client.get(LIST, {"tab": "open"}).context["rows"]]
    life.start(three[0], Actor.staff(agent), now)
    form = {"number": ticked, "field": "assign", "confirm": "yes", "to": f"member-{manager.pk}"}
    page = client.post(BULK, form, follow=True).content.decode()
    assert (
        "Assign: 2 cases." in page and f"somebody was faster or the state does not allow it: {three[0].number}." in page
    )


@pytest.mark.django_db(transaction=True)
def test_agents_who_take_from_one_queue_at_once_never_take_the_same(policies, team):
    rows = [case(timezone.now(), team=team) for _ in range(6)]
    members = [member(f"agent {number}", "agent", team=team) for number in range(4)]

    def take(who) -> int:
        client = Client()
        client.force_login(who)
        form = {"number": ticked, "field": "assign", "confirm": "yes", "to": f"member-{who.pk}"}
        assert client.post(BULK, form).status_code == 302
        connection.close()
        return who.pk

    ticked = [f"{row.number}:{queue.standing(row)}" for row in Case.objects.order_by("pk")]
    with ThreadPoolExecutor(len(members)) as pool:
        list(pool.map(take, members))
    assigned = CaseStep.objects.filter(step="assign").values_list("case", flat=True)
    assert sorted(assigned) == [one.pk for one in rows], "each once"
    assert not Case.objects.filter(owner=None).exists()


def test_the_least_loaded_is_asked_anew_for_each_case(client, manager, team, agent, three):
    colleague = member("colleague", "agent", team=team)
    client.force_login(manager)
    bulk(client, three[:2], "assign", confirm="yes", to=f"load-{team.pk}")
    assert set(Case.objects.filter(owner=colleague)) == set(three[:2])


def test_the_facets_offer_what_there_is(buyer, now):
    case(now, buyer, tags=["b", "a"])
    found = queue.facets()
    assert [value for value, _label in found["tag"]] == ["a", "b"] and found["region"] == [("East", "East")]
