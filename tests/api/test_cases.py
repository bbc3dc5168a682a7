"""Cases by other programs: taken in once, found, and led through their lives as on the pages."""

import datetime as dt

import pytest
from django.utils import timezone

from complaints import defaults, life
from complaints.models import Case, CaseMessage, Category, RootCause
from tests.api.conftest import client_of
from tests.people import member
from tests.records import case, contact, customer

CASES = "/api/v1/cases/"
STEPS = {
    "acknowledge": {}, "assign": {"owner": "agent"}, "start": {}, "wait": {}, "propose": {"proposal": "A new one"},
    "resolve": {}, "assess": {"severity": 4}, "messages": {"direction": "note", "text": "Asked the stock"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def _defaults(organisation):
    defaults.load()


@pytest.fixture
def one(agent) -> Case:
    return case(timezone.now() - dt.timedelta(days=1), customer("C-1", owner=agent))


def take(client, of: Case, name: str, body=None):
    return client.post(f"{CASES}{of.pk}/{name}/", body or {}, format="json")


def test_a_complaint_is_taken_in_once_and_given_to_whom_the_rules_say(agent, settings):
    settings.EMAIL_HOST = "mail.example.com"
    buyer = customer("C-1", owner=agent, region="North")
    body = {
        "customer": "C-1", "contact": contact(buyer, email="jo@example.com").pk, "subject": "Came late",
        "category": "late-delivery", "severity": 3,
    }  # fmt: skip
    client = client_of(agent)
    for _ in range(2):
        made = client.post(CASES, body, format="json", headers={"Idempotency-Key": "k-1"})
        assert made.status_code == 201, made.json()
    found, row = made.json(), Case.objects.get()
    assert (found["number"], found["status"], found["owner"], found["region"]) == (
        row.number,
        "assigned",
        "agent",
        "North",
    )
    assert [step["step"] for step in found["steps"]][:2] == ["receive", "assign"]
    assert (found["steps"][0]["channel"], found["steps"][0]["member"]) == ("api", "agent")
    assert {clock["kind"] for clock in found["clocks"]} == {"acknowledge", "response", "resolve"}
    assert found["due_at"] == min(clock["due_at"] for clock in found["clocks"] if not clock["stopped_at"])
    assert CaseMessage.objects.get().mail_to == "jo@example.com"


def test_who_is_not_to_be_mailed_is_not(manager, settings):
    settings.EMAIL_HOST = "mail.example.com"
    body = {"subject": "x", "sender_email": "jo@example.com", "is_acknowledged": False}
    assert client_of(manager).post(CASES, body, format="json").status_code == 201
    assert not CaseMessage.objects.exists()


@pytest.mark.parametrize(
    "change, field",
    [
        ({"subject": ""}, "subject"), ({"customer": "C-9"}, "customer"), ({"category": "nothing"}, "category"),
        ({"severity": 5}, "severity"), ({"received_at": "2999-01-01T10:00:00Z"}, "received_at"), ({"colour": 1}, "colour"),
        ({"kind": "order"}, "kind"), ({"contact": 10**9}, "contact"), ({"sender_email": "no"}, "sender_email"),
    ],
)  # fmt: skip
def test_what_is_not_valid_is_said_at_its_field(one, manager, change, field):
    answer = client_of(manager).post(CASES, {"customer": "C-1", "subject": "x", **change}, format="json")
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
    assert Case.objects.count() == 1


def test_a_contact_of_another_customer_and_a_key_used_before_are_refused(one, manager):
    client, other = client_of(manager), contact(customer("C-2"))
    body = {"customer": "C-1", "subject": "x", "external_source": "desk", "external_id": "7"}
    assert client.post(CASES, {**body, "contact": other.pk}, format="json").status_code == 400
    assert client.post(CASES, body, format="json").status_code == 201
    assert client.post(CASES, body, format="json").status_code == 400
    assert Case.objects.count() == 2


def test_a_case_is_led_to_its_end_and_back(one, agent):
    client = client_of(agent)
    seen = [
        take(client, one, name, body).json()["status"]
        for name, body in [
            ("acknowledge", {}), ("start", {}), ("wait", {}), ("resume", {}), ("propose", {"proposal": "A new one"}),
            ("close", {"outcome": "rejected"}), ("reopen", {}), ("resolve", {}), ("close", {"outcome": "accepted"}),
        ]
    ]  # fmt: skip
    assert seen == [
        "assigned", "in_progress", "waiting", "in_progress", "proposed", "closed", "reopened", "resolved", "closed",
    ]  # fmt: skip
    one.refresh_from_db()
    assert (one.outcome, one.proposal, one.times_reopened) == ("accepted", "A new one", 1)
    assert {(step.channel, step.member) for step in one.steps.all()[2:]} == {("api", agent)}


def test_a_step_that_leads_nowhere_is_a_conflict_and_changes_nothing(one, agent):
    client = client_of(agent)
    for name, body in (("resume", {}), ("reopen", {}), ("close", {"outcome": "accepted"})):
        answer = take(client, one, name, body)
        assert answer.status_code == 409 and "Assigned" in answer.json()["detail"]
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert one.steps.count() == 2


def test_of_two_at_once_one_is_told(one, agent, monkeypatch):
    start = life.start

    def start_late(case, *given):
        Case.objects.filter(pk=case.pk).update(status="proposed")
        start(case, *given)

    monkeypatch.setattr(life, "start", start_late)
    answer = take(client_of(agent), one, "start")
    assert answer.status_code == 409 and "Somebody else" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name, body, field",
    [
        ("assign", {}, "owner"), ("assign", {"owner": "nobody"}, "owner"), ("assign", {"team": "None"}, "team"),
        ("propose", {"proposal": ""}, "proposal"), ("close", {"outcome": "fine"}, "outcome"),
        ("acknowledge", {"at": "2999-01-01T10:00:00Z"}, "at"), ("acknowledge", {"at": "1999-01-01T10:00:00Z"}, "at"),
        ("assess", {"severity": 0}, "severity"), ("assess", {"status": "closed"}, "status"),
        ("messages", {"direction": "note", "text": ""}, "text"), ("messages", {"text": "x"}, "direction"),
    ],
)  # fmt: skip
def test_a_step_is_not_taken_by_half(one, agent, name, body, field):
    answer = take(client_of(agent), one, name, body)
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
    assert one.steps.count() == 2


def test_an_assessment_moves_the_clocks_and_is_written_down(one, agent):
    body = {
        "severity": 4, "category": "defect", "cause": "material", "cause_text": "A bad seal", "compensation": 500,
        "compensated_on": "2025-03-01",
    }  # fmt: skip
    found = take(client_of(agent), one, "assess", body).json()
    assert (found["severity"], found["cause"], found["compensation"], found["currency"]) == (4, "material", 500, "GBP")
    assert found["steps"][-1]["data"] == {
        "severity": 4, "category": Category.objects.get(code="defect").pk, "compensation": 500,
        "cause": RootCause.objects.get(code="material").pk, "compensated_on": "2025-03-01",
    }  # fmt: skip
    assert {clock["target"] for clock in found["clocks"] if clock["kind"] == "resolve"} == {960 * 60}


def test_an_answer_stops_the_clocks_and_is_mailed(one, agent, settings):
    settings.EMAIL_HOST = "mail.example.com"
    Case.objects.update(sender_email="jo@example.com")
    body = {"direction": "out", "channel": "email", "subject": "Sorry", "text": "We send a new one.", "minutes": 5}
    found = take(client_of(agent), one, "messages", body).json()
    assert found["messages"][0]["member"] == "agent" and found["minutes"] == 5 and found["responded_at"]
    assert {clock["kind"] for clock in found["clocks"] if not clock["stopped_at"]} == {"resolve"}
    assert CaseMessage.objects.get().mail_to == "jo@example.com"


def test_a_message_sent_again_is_kept_once(one, agent):
    client = client_of(agent)
    for _ in range(2):
        answer = client.post(
            f"{CASES}{one.pk}/messages/", STEPS["messages"], format="json", headers={"Idempotency-Key": "m-1"}
        )
        assert answer.status_code == 200 and len(answer.json()["messages"]) == 1
    assert CaseMessage.objects.count() == 1


@pytest.mark.parametrize("name, body", STEPS.items())
def test_steps_are_for_those_who_may_change_the_case(one, manager, agent, outsider, name, body):
    other = member("other", "agent")
    answers = {
        who: take(client_of(of), one, name, body).status_code
        for who, of in {
            "nobody": None, "outsider": outsider, "auditor": member("auditor", "auditor"), "other": other,
        }.items()
    }  # fmt: skip
    assert answers == {"nobody": 401, "outsider": 403, "auditor": 403, "other": 404}
    assert take(client_of(agent, ["read"]), one, name, body).status_code == 403
    assert one.steps.count() == 2
    assert take(client_of(manager), one, name, body).status_code == 200


def test_a_case_given_away_is_shown_once_more(agent):
    one, other = case(timezone.now(), owner=agent), member("other", "agent")
    client = client_of(agent)
    assert take(client, one, "assign", {"owner": "other"}).json()["owner"] == "other"
    assert client.get(f"{CASES}{one.pk}/").status_code == 404
    assert client_of(other).get(f"{CASES}{one.pk}/").status_code == 200


def test_cases_are_found_by_what_they_are_and_when_they_are_due(one, agent, manager):
    late = case("2025-03-03", customer("C-2"), kind="enquiry", category=Category.objects.get(code="defect"), severity=4)
    case("2025-03-04", customer("C-3"), channel="email", external_source="desk", external_id="7")
    client = client_of(manager)

    def ids(**asked):
        answer = client.get(CASES, asked)
        assert answer.status_code == 200, answer.json()
        return [row["id"] for row in answer.json()["results"]]

    assert (
        ids(customer="C-2") == ids(kind="enquiry") == ids(severity="4") == ids(category="product-quality") == [late.pk]
    )
    assert ids(owner="agent") == ids(status="assigned") == ids(received_from="2025-12-01") == [one.pk]
    assert ids(received_to="2025-03-03", due_to="2025-12-31", is_overdue="true") == [late.pk]
    assert len(ids(due_to="9999-12-31")) == len(ids(state="open")) == 3 and ids(state="ended") == []
    assert ids(external_source="desk", external_id="7", channel="email", is_overdue="false") == []
    assert ids(team="Nobody") == ids(category="nothing") == []
    assert client.get(CASES, {"severity": "9"}).status_code == 400


def test_a_case_costs_the_same_with_10_and_with_50_messages(one, agent, django_assert_max_num_queries):
    client, counts = client_of(agent), []
    client.get(f"{CASES}{one.pk}/")
    for number in (10, 40):
        for _ in range(number):
            take(client, one, "messages", STEPS["messages"])
        with django_assert_max_num_queries(12) as captured:
            client.get(f"{CASES}{one.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
