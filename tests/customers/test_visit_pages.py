"""How return visits are measured and shown."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from crmquality.office.models import Team
from customers import follow_ups, visit_figures
from customers.models import FollowUp, PersonalDataLog
from tests.people import member
from tests.records import at, customer, follow_up

LIST = reverse("customers:visit_list")
LONDON = ZoneInfo("Europe/London")
TODAY = dt.date(2025, 7, 10)


def visit(with_, promised: str | dt.date, **fields) -> FollowUp:
    return follow_up(with_, promised, kind="return_visit", **fields)


@pytest.fixture
def buyer(agent, organisation):
    return customer("C-1", name="Acme", owner=agent, tier="A")


@pytest.fixture
def today(organisation) -> dt.date:
    return organisation.today(timezone.now())


@pytest.mark.parametrize(
    "fields, state",
    [
        ({"done_at": at("2025-07-01")}, "kept"),
        # Five to midnight in London is already tomorrow in Shanghai, and what counts is London.
        ({"done_at": dt.datetime(2025, 7, 1, 22, 55, tzinfo=dt.UTC)}, "kept"),
        ({"done_at": dt.datetime(2025, 7, 1, 23, 5, tzinfo=dt.UTC)}, "late"),
        ({"done_at": at("2025-07-02")}, "late"),
        ({}, "missed"),
        ({"cancelled_at": at("2025-07-01")}, "given_up"),
        ({"cancelled_at": at("2025-07-02")}, "missed"),
    ],
)
def test_a_visit_counts_by_the_day_it_was_promised_for(buyer, fields, state):
    row = visit(buyer, "2025-07-01", **fields)
    assert FollowUp.objects.visits(TODAY, LONDON).get(pk=row.pk).state == state


def test_one_promised_for_today_can_still_be_kept(buyer):
    visit(buyer, TODAY)
    assert FollowUp.objects.visits(TODAY, LONDON).get().state == "coming"


def test_postponing_does_not_undo_being_late(buyer, agent):
    row = visit(buyer, "2025-07-01")
    follow_ups.postpone(row, dt.date(2025, 8, 1))
    assert FollowUp.objects.visits(TODAY, LONDON).get().state == "missed"
    follow_ups.complete(row, agent, at("2025-07-20"))
    assert FollowUp.objects.visits(TODAY, LONDON).get().state == "late"


def test_other_follow_ups_are_no_visits(buyer):
    follow_up(buyer, "2025-07-01")
    assert not FollowUp.objects.visits(TODAY, LONDON).exists()


def test_numbers_by_owner_team_and_tier(buyer, agent, team):
    visit(buyer, "2025-07-01", owner=agent, done_at=at("2025-07-01"))
    visit(buyer, "2025-07-02", owner=agent)
    visit(buyer, "2025-07-09", owner=agent, cancelled_at=at("2025-07-01"))
    visit(customer(), "2025-07-02")
    visits = FollowUp.objects.visits(TODAY, LONDON)
    total = visit_figures.total(visits)
    assert (total.due, total.counts["kept"], total.counts["given_up"]) == (3, 1, 1)
    assert total.share == pytest.approx(1 / 3)
    for by, first in (("owner", "agent"), ("team", team.name), ("tier", "A")):
        rows = visit_figures.groups(visits, by)
        assert [(row.label, row.due, row.share) for row in rows] == [(first, 2, 0.5), ("none", 1, 0.0)]
        for row in rows:
            assert visit_figures.of_group(visits, by, row.key).filter(state="missed").count() == 1
    assert visit_figures.total(visits.none()).share is None


@pytest.mark.parametrize(
    "role, status", [("admin", 200), ("manager", 200), ("agent", 200), ("auditor", 200), ("", 403)]
)
def test_who_may_look(client, role, status, organisation):
    client.force_login(member("somebody", role))
    assert client.get(LIST).status_code == status


def test_nobody_is_sent_to_the_login(client, db):
    assert client.get(LIST).headers["Location"].startswith("/accounts/login/")


def test_an_agent_sees_own_visits_and_no_comparison(client, agent, team, buyer, today):
    colleague = member("colleague", "agent", team=team)
    visit(buyer, today, owner=agent)
    visit(buyer, today, owner=colleague)
    client.force_login(agent)
    answer = client.get(LIST, {"by": "owner"})
    assert answer.context["by"] == "tier" and answer.context["total"].counts["coming"] == 1
    assert "colleague" not in answer.content.decode()


def test_a_lead_compares_the_own_team(client, team, agent, buyer, today):
    lead = member("boss", "lead", team=team)
    stranger = member("stranger", "agent", team=Team.objects.create(name="Others"))
    visit(buyer, today, owner=agent)
    visit(customer(owner=stranger), today, owner=stranger)
    client.force_login(lead)
    assert [group.label for group in client.get(LIST).context["groups"]] == ["agent"]


def test_a_list_stands_behind_each_number(client, manager, agent, buyer, today):
    late = visit(buyer, today - dt.timedelta(9), owner=agent, done_at=timezone.now(), subject="Spring visit")
    visit(buyer, today - dt.timedelta(9), owner=agent, subject="Summer visit")
    client.force_login(manager)
    page = client.get(LIST).content.decode()
    assert f"state=late&amp;group={agent.pk}" in page
    answer = client.get(LIST, {"by": "owner", "state": "late", "group": str(agent.pk)})
    assert answer.context["page"].rows == [late]
    assert len(client.get(LIST, {"state": "due"}).context["page"].rows) == 2
    assert client.get(LIST, {"state": "late", "group": "none"}).context["page"].rows == []


@pytest.mark.parametrize(
    "query", ["from=x&to=y", "from=2025-01-01", "by=nonsense", "state=nonsense", "state=late&group=x&by=owner",
              "state=late&group=99999999999999999999999&by=team", "from=2025-03-01&to=2025-01-01", "state=due&after=x"],
)  # fmt: skip
def test_nonsense_in_the_address_does_no_harm(client, manager, organisation, query):
    client.force_login(manager)
    assert client.get(f"{LIST}?{query}").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_whoever_may_takes_it_out_and_that_is_written_down(client, manager, agent, buyer, today, kind):
    visit(buyer, today, owner=agent)
    client.force_login(manager)
    answer = client.get(LIST, {"export": kind})
    content = b"".join(answer.streaming_content)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert kind == "xlsx" or b"C-1,Acme,A,agent,Key accounts" in content
    assert PersonalDataLog.objects.get().counts == {"rows": 1}
    client.force_login(agent)
    assert not client.get(LIST, {"export": kind}).streaming


def test_it_costs_the_same_for_10_and_for_50(client, manager, organisation, today, django_assert_max_num_queries):
    client.force_login(manager)
    counts = []
    for count in (10, 40):
        for _ in range(count):
            owner = member(f"agent-{FollowUp.objects.count()}", "agent")
            visit(customer(owner=owner), today - dt.timedelta(3), owner=owner)
        with django_assert_max_num_queries(12) as captured:
            client.get(LIST, {"state": "missed"})
        counts.append(len(captured))
    assert counts[0] == counts[1]
