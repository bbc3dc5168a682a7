import re

import pytest
from django.urls import reverse

from customers.models import FollowUp, Interaction
from tests.people import member
from tests.records import contact, customer, follow_up

LOG = reverse("customers:interaction_create")
FIND = reverse("customers:customer_find")
SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}


@pytest.fixture
def buyer(agent, organisation):
    return customer("C-1", name="Acme", owner=agent)


def filled(buyer=None, **fields):
    given = {
        "channel": "phone", "direction": "in", "kind": "contact", "occurred_at": "2025-07-01T10:00",
        "subject": "Asked for a price", "once": "key", "next_kind": "task",
    }  # fmt: skip
    return {**given, **({"customer": buyer.code} if buyer else {}), **fields}


@pytest.mark.parametrize("role, status", [("admin", 200), ("manager", 200), ("lead", 404), ("agent", 404)])
def test_who_may_log_for_somebody_elses_customer(client, buyer, role, status):
    client.force_login(member("somebody", role))
    assert client.get(LOG, {"customer": "C-1"}).status_code == status
    posted = client.post(LOG, filled(buyer)).status_code
    assert posted == (302 if status == 200 else 404)
    assert Interaction.objects.count() == (1 if status == 200 else 0)


@pytest.mark.parametrize("role", ["auditor", "analyst", ""])
def test_whoever_may_not_edit_may_not_log(client, buyer, role):
    client.force_login(member("somebody", role))
    assert client.get(LOG).status_code == client.post(LOG, filled(buyer)).status_code == 403


@pytest.mark.parametrize("path", [LOG, FIND])
def test_nobody_is_sent_to_the_login(client, db, path):
    assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_an_outsider_finds_nobody(client, outsider, buyer):
    client.force_login(outsider)
    assert client.get(FIND, {"q": "Acme"}).status_code == 403


def test_the_form_knows_the_customer_and_the_contact_one_is_looking_at(client, agent, buyer):
    who = contact(buyer, "Li Na")
    client.force_login(agent)
    answer = client.get(LOG, {"customer": "C-1", "contact": who.pk}, headers=SHEET)
    page = answer.content.decode()
    assert "<html" not in page and f'value="{who.pk}" selected' in page and 'value="C-1"' in page
    assert b"<html" in client.get(LOG, {"customer": "C-1"}).content


def test_a_call_is_logged_with_what_is_next(client, agent, buyer):
    who = contact(buyer, "Li Na")
    client.force_login(agent)
    data = filled(buyer, contact=who.pk, minutes="5", next_on="2099-01-02", next_subject="Send the offer")
    answer = client.post(LOG, data)
    assert answer.headers["Location"] == reverse("scoring:customer_timeline", args=["C-1"])
    logged = Interaction.objects.get()
    assert (logged.customer, logged.contact, logged.member, logged.minutes) == (buyer, who, agent, 5)
    assert logged.occurred_at.isoformat() == "2025-07-01T09:00:00+00:00"  # ten o'clock in London
    step = FollowUp.objects.get()
    assert (step.subject, step.owner, step.source, step.contact) == ("Send the offer", agent, logged, who)


def test_in_the_sheet_the_answer_closes_it_and_says_what_happened(client, agent, buyer):
    client.force_login(agent)
    answer = client.post(LOG, filled(buyer), headers=SHEET)
    assert "recordsChanged" in answer.headers["HX-Trigger"] and answer.headers["HX-Reswap"] == "none"
    assert "Logged for Acme." in answer.content.decode()


def test_a_form_that_is_sent_twice_is_logged_once(client, agent, buyer):
    client.force_login(agent)
    data = filled(buyer, next_on="2099-01-02")
    client.post(LOG, data)
    again = client.post(LOG, data, follow=True)
    assert "logged already" in again.content.decode()
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (1, 1)
    assert Interaction.objects.get().external_source == "page"


def test_two_members_keys_do_not_meet(client, agent, manager, buyer):
    for somebody in (agent, manager):
        client.force_login(somebody)
        client.post(LOG, filled(buyer))
    assert Interaction.objects.count() == 2


def test_every_form_has_a_key_of_its_own(client, agent, buyer):
    client.force_login(agent)
    keys = {re.search(r'name="once" value="([^"]+)"', client.get(LOG).content.decode()).group(1) for _ in range(2)}
    assert len(keys) == 2


def test_an_open_follow_up_is_settled(client, agent, buyer):
    visit = follow_up(buyer, "2025-07-01", kind="return_visit", subject="Summer visit")
    client.force_login(agent)
    form = client.get(LOG, {"customer": "C-1", "follow_up": visit.pk}).context["form"]
    assert (form.initial["settles"], form.initial["channel"], form.initial["kind"]) == (
        visit.pk,
        "visit",
        "return_visit",
    )
    client.post(LOG, filled(buyer, settles=visit.pk, channel="visit", kind="return_visit"))
    visit.refresh_from_db()
    assert visit.done_by == Interaction.objects.get() and not visit.is_open


def test_somebody_elses_follow_up_or_contact_is_no_choice(client, agent, buyer):
    other = customer("C-2")
    client.force_login(agent)
    foreign = {"settles": follow_up(other, "2025-07-01").pk, "contact": contact(other).pk}
    answer = client.post(LOG, filled(buyer, **foreign))
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"settles", "contact"}


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"subject": "", "notes": ""}, "subject"),
        ({"occurred_at": "2099-01-01T10:00"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"next_subject": "Call"}, "next_on"),
        ({"next_on": "2020-01-01"}, "next_on"),
        ({"channel": "pigeon"}, "channel"),
        ({"minutes": "-1"}, "minutes"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_nothing_is_lost(client, agent, buyer, changes, field):
    client.force_login(agent)
    answer = client.post(LOG, filled(buyer, **{"notes": "Long notes", **changes}), headers=SHEET)
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {field}
    page = answer.content.decode()
    assert ("Long notes" in page) is ("notes" not in changes) and 'value="key"' in page
    assert not Interaction.objects.exists()


def test_a_typed_customer_is_taken_when_only_one_can_be_meant(client, agent, buyer):
    client.force_login(agent)
    assert client.post(LOG, filled(customer_text="acm")).status_code == 302
    assert Interaction.objects.get().customer == buyer


def test_of_several_one_is_chosen_and_of_none_none(client, agent, buyer):
    customer("C-2", name="Acme Two", owner=agent)
    client.force_login(agent)
    answer = client.post(LOG, filled(customer_text="acme"))
    assert answer.status_code == 422 and "Which of these" in answer.content.decode()
    assert "customer=C-2" in answer.content.decode() and "Asked for a price" in answer.content.decode()
    assert "Nobody found" in client.post(LOG, filled(customer_text="zzz")).content.decode()


def test_a_caller_leads_straight_to_the_customer(client, agent, buyer):
    who = contact(buyer, "Li Na", mobile="138 0013 8000")
    client.force_login(agent)
    answer = client.get(FIND, {"q": "+86 13800138000"})
    assert answer.headers["Location"] == f"{buyer.get_absolute_url()}?contact={who.pk}"
    page = client.get(answer.headers["Location"]).content.decode()
    assert f"{LOG}?customer=C-1&contact={who.pk}" in page.replace("&amp;", "&")


def test_finding_shows_own_customers_only(client, agent, buyer):
    contact(customer("C-9", name="Acme Foreign"), "Acme Person", mobile="13800138000")
    client.force_login(agent)
    for text in ("Acme", "13800138000"):
        page = client.get(FIND, {"q": text}, headers={"HX-Request": "true"}).content.decode()
        assert "Foreign" not in page and "Person" not in page
    assert "Nobody found" in page


def test_a_get_logs_nothing(client, agent, buyer):
    client.force_login(agent)
    client.get(LOG, filled(buyer))
    assert not Interaction.objects.exists()
