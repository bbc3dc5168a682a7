"""Records by the API: read, made, changed and deleted with what the pages do beside it."""

import pytest
from django.utils import timezone

from crmquality.lib.admin import event_model
from crmquality.office.models import Webhook, WebhookDelivery
from customers.models import (
    ChangedCustomer,
    Contact,
    Customer,
    FollowUp,
    Interaction,
    Opportunity,
    Order,
    OrderLine,
    Reason,
    Return,
)
from tests.api.conftest import client_of
from tests.records import contact, customer, follow_up, product

CONSENT = {"purpose": "surveys", "is_given": False, "source": "Phone", "given_on": "2025-06-01"}
MADE = {
    "customers": ({"code": "N/1", "name": "New", "receivable": 500, "overdue": 100}, {"region": "North"}),
    "contacts": ({"customer": "C-1", "name": "Li Na", "opted_out": ["phone"]}, {"title": "Head"}),
    "opportunities": ({"customer": "C-1", "name": "More", "opened_on": "2025-01-01", "amount": 100}, {"stage": "Offer"}),
    "contracts": ({"customer": "C-1", "name": "Care", "starts_on": "2025-01-01", "ends_on": "2025-12-31"}, {"amount": 5}),
    "needs": ({"customer": "C-1", "text": "Faster", "raised_on": "2025-01-01"}, {"met_on": "2025-02-01"}),
    "joint-projects": ({"customer": "C-1", "name": "Lamp", "started_on": "2025-01-01"}, {"notes": "x"}),
    "losses": ({"customer": "C-1", "lost_on": "2025-01-01", "competitor": "Other"}, {"evidence": "x"}),
    "follow-ups": ({"customer": "C-1", "subject": "Call", "due_on": "2025-01-01"}, {"notes": "x"}),
    "interactions": (
        {"customer": "C-1", "channel": "phone", "direction": "in", "occurred_at": "2025-01-01T10:00:00+08:00"},
        {"minutes": 5},
    ),
    "products": ({"code": "N/1", "line": "Lamps"}, {"name": "Lamp"}),
    "product-lines": ({"name": "Chairs"}, {"name": "Stools"}),
    "acquisition-spend": ({"channel": "Web", "month": "2025-02-01", "amount": 5}, {"amount": 6}),
    "reasons": ({"name": "Slow"}, {"position": 3}),
}  # fmt: skip


@pytest.fixture
def buyer(agent, organisation) -> Customer:
    return customer("C-1", owner=agent)


@pytest.mark.parametrize("name", MADE)
def test_a_record_is_made_read_changed_and_its_earlier_state_kept(company, admin, name):
    client = client_of(admin)
    body, change = MADE[name]
    made = client.post(f"/api/v1/{name}/", body, format="json")
    assert made.status_code == 201, made.json()
    address = f"/api/v1/{name}/{made.json().get('id', made.json().get('code'))}/"
    assert client.get(address).json() == made.json()
    changed = client.patch(address, change, format="json")
    assert changed.status_code == 200 and changed.json() == {**made.json(), **change} == client.get(address).json()


@pytest.mark.parametrize("name", [name for name in MADE if name not in ("customers", "contacts")])
def test_what_was_written_by_mistake_is_deleted_and_kept_in_the_history(company, admin, name):
    client = client_of(admin)
    made = client.post(f"/api/v1/{name}/", MADE[name][0], format="json").json()
    address = f"/api/v1/{name}/{made.get('id', made.get('code'))}/"
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == client.delete(address).status_code == 404


@pytest.mark.parametrize("address", ["customers/C-1", "contacts/{}", "orders/{}", "consents/{}", "attachments/{}"])
def test_some_records_are_never_deleted_here(company, admin, address):
    who = company[0].contacts.get()
    assert client_of(admin).delete(f"/api/v1/{address.format(who.pk)}/").status_code == 405


def test_the_history_says_who_changed_a_record_by_which_address(buyer, agent):
    client_of(agent).patch("/api/v1/customers/C-1/", {"name": "Acme"}, format="json")
    event = event_model(Customer).objects.get(pgh_obj=buyer)
    assert event.name == buyer.name and event.pgh_label == "update"
    assert event.pgh_context.metadata == {"user": agent.pk, "url": "/api/v1/customers/C-1/"}


def test_a_change_is_told_to_the_scoring_and_to_other_systems(buyer, agent):
    Webhook.objects.create(url="https://example.com", events=["customer.created", "customer.changed"])
    ChangedCustomer.objects.all().delete()
    client = client_of(agent)
    client.patch("/api/v1/customers/C-1/", {"name": "Acme"}, format="json")
    client.post("/api/v1/customers/", {"code": "C-2", "name": "New"}, format="json")
    assert list(WebhookDelivery.objects.order_by("id").values_list("event", "body__data__code")) == [
        ("customer.changed", "C-1"), ("customer.created", "C-2"),
    ]  # fmt: skip
    assert ChangedCustomer.objects.filter(customer_id=buyer.pk).exists()


def test_a_new_customer_is_the_caller_s_unless_given_to_somebody(buyer, agent, manager):
    client = client_of(agent)
    assert client.post("/api/v1/customers/", {"code": "A", "name": "A"}, format="json").json()["owner"] == "agent"
    given = {"code": "B", "name": "B", "owner": "manager"}
    assert client.post("/api/v1/customers/", given, format="json").json()["owner"] == "manager"
    assert client.get("/api/v1/customers/B/").status_code == 404


@pytest.mark.parametrize(
    "address, body, field",
    [
        ("customers", {"code": "C-1", "name": "x"}, "code"),
        ("customers", {"code": "N", "name": "x", "overdue": 5, "receivable": 4}, "overdue"),
        ("customers", {"code": "N", "name": "x", "parent": "C-9"}, "parent"),
        ("customers", {"code": "N", "name": "x", "owner": "outsider"}, "owner"),
        ("contacts", {"customer": "C-1", "name": "x", "weight": 0}, ""),
        ("contracts", {"customer": "C-1", "name": "x", "starts_on": "2025-01-02", "ends_on": "2025-01-01"}, "ends_on"),
        ("needs", {"customer": "C-1", "text": "x", "raised_on": "2025-01-02", "met_on": "2025-01-01"}, "met_on"),
        ("losses", {"customer": "C-1", "lost_on": "2025-01-01", "win_back": "won_back"}, "win_back_on"),
        (
            "interactions",
            {"customer": "C-1", "channel": "phone", "direction": "in", "occurred_at": "2999-01-01T00:00:00Z"},
            "occurred_at",
        ),
        (
            "interactions",
            {"customer": "C-1", "channel": "phone", "direction": "in", "occurred_at": "2025-01-01T00:00:00"},
            "occurred_at",
        ),
        ("acquisition-spend", {"channel": "Web", "month": "2025-02-02", "amount": 5}, "month"),
        ("reasons", {"name": "Price"}, ""),
    ],
)
def test_what_cannot_be_is_said_at_the_field(company, admin, outsider, address, body, field):
    answer = client_of(admin).post(f"/api/v1/{address}/", body, format="json")
    assert answer.status_code == 400 and [each["field"] for each in answer.json()["errors"]] == [field]


def test_a_record_stays_with_its_customer(company, manager):
    who = company[0].contacts.get()
    answer = client_of(manager).patch(f"/api/v1/contacts/{who.pk}/", {"customer": "C-2"}, format="json")
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "customer"


def test_a_contact_of_another_customer_cannot_be_named(company, manager):
    theirs = company[1].contacts.get()
    body = {**MADE["follow-ups"][0], "contact": theirs.pk}
    assert client_of(manager).post("/api/v1/follow-ups/", body, format="json").status_code == 400


def test_only_one_contact_is_the_first_to_be_asked(buyer, agent):
    first = contact(buyer, is_primary=True)
    body = {"customer": "C-1", "name": "Li Na", "is_primary": True}
    assert client_of(agent).post("/api/v1/contacts/", body, format="json").status_code == 201
    first.refresh_from_db()
    assert not first.is_primary and Contact.objects.get(is_primary=True).name == "Li Na"


def test_the_latest_consent_of_each_purpose_is_shown_with_the_contact(company, agent):
    client = client_of(agent)
    who = company[0].contacts.get()
    assert client.post("/api/v1/consents/", {**CONSENT, "contact": who.pk}, format="json").status_code == 201
    later = {**CONSENT, "contact": who.pk, "given_on": "2999-01-01"}
    assert client.post("/api/v1/consents/", later, format="json").status_code == 400
    shown = client.get(f"/api/v1/contacts/{who.pk}/").json()["consents"]
    assert [(each["purpose"], each["is_given"]) for each in shown] == [("surveys", False)]
    assert who.consents.count() == 2


def test_two_systems_may_use_the_same_key_and_one_may_not_use_it_twice(buyer, agent):
    client = client_of(agent)
    body = {**MADE["interactions"][0], "external_source": "pbx", "external_id": "7"}
    assert client.post("/api/v1/interactions/", body, format="json").status_code == 201
    assert client.post("/api/v1/interactions/", body, format="json").status_code == 400
    assert client.post("/api/v1/interactions/", {**body, "external_source": "web"}, format="json").status_code == 201


def test_a_call_settles_an_open_follow_up_and_is_its_caller_s(buyer, agent):
    promised = follow_up(buyer, "2025-01-01")
    body = {**MADE["interactions"][0], "subject": "Called back", "settles": promised.pk}
    client = client_of(agent)
    assert client.post("/api/v1/interactions/", body, format="json").json()["member"] == "agent"
    promised.refresh_from_db()
    assert promised.done_by == Interaction.objects.get() and promised.outcome == "Called back"
    assert client.post("/api/v1/interactions/", body, format="json").status_code == 400
    assert Interaction.objects.count() == 1


@pytest.mark.parametrize(
    "action, body",
    [
        ("complete", {"outcome": "Fine"}),
        ("cancel", {"outcome": "Moved away"}),
        ("postpone", {"due_on": "2999-01-01", "due_time": "09:30"}),
    ],
)
def test_a_follow_up_is_settled_while_it_is_open(buyer, agent, action, body):
    promised = follow_up(buyer, "2025-01-01", kind="return_visit")
    client = client_of(agent)
    address = f"/api/v1/follow-ups/{promised.pk}/"
    answer = client.post(f"{address}{action}/", body, format="json")
    assert answer.status_code == 200, answer.json()
    promised.refresh_from_db()
    if action == "postpone":
        assert str(promised.due_on) == "2999-01-01" and promised.is_open
        return
    assert answer.json()["outcome"] == body["outcome"] and not promised.is_open
    assert Interaction.objects.count() == (action == "complete")
    assert client.post(f"{address}{action}/", body, format="json").status_code == 409
    assert client.patch(address, {"notes": "x"}, format="json").status_code == 409


@pytest.mark.parametrize(
    "action, body, field",
    [("cancel", {}, "outcome"), ("postpone", {"due_on": "2025-01-01"}, "due_on"), ("complete", {"x": 1}, "x")],
)
def test_a_follow_up_is_not_settled_by_half(buyer, agent, action, body, field):
    promised = follow_up(buyer, "2025-01-01")
    answer = client_of(agent).post(f"/api/v1/follow-ups/{promised.pk}/{action}/", body, format="json")
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
    assert FollowUp.objects.open().count() == 1


def test_an_opportunity_is_closed_once_for_a_reason(company, agent):
    deal = company[0].opportunities.get()
    client, price = client_of(agent), Reason.objects.get()
    address = f"/api/v1/opportunities/{deal.pk}/close/"
    lost = {"outcome": "lost", "closed_on": "2025-02-01", "reason": price.pk}
    assert client.post(address, lost, format="json").json()["reason"] == price.pk
    assert client.post(address, {"outcome": "won"}, format="json").status_code == 409
    assert client.post(address, {"outcome": "won", "seen": "lost"}, format="json").status_code == 200
    deal.refresh_from_db()
    assert (deal.outcome, deal.reason, deal.closed_on) == ("won", None, timezone.localdate())


@pytest.mark.parametrize(
    "body, field",
    [
        ({"outcome": "lost", "closed_on": "2024-12-31"}, "closed_on"),
        ({"outcome": "lost", "closed_on": "2999-12-31"}, "closed_on"),
        ({"outcome": "won", "reason": 1}, "reason"),
        ({}, "outcome"),
    ],
)
def test_an_opportunity_ends_after_it_began_and_not_in_the_future(company, agent, body, field):
    deal = company[0].opportunities.get()
    if body.get("reason"):
        body = {**body, "reason": Reason.objects.get().pk}
    answer = client_of(agent).post(f"/api/v1/opportunities/{deal.pk}/close/", body, format="json")
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
    assert Opportunity.objects.get(pk=deal.pk).outcome == ""


def test_an_order_in_another_currency_is_worth_its_lines_at_the_rate(buyer, manager):
    goods = product("P-1")
    body = {
        "customer": "C-1", "number": "N-1", "placed_at": "2025-01-01T10:00:00Z", "currency": "EUR", "rate": "0.85",
        "lines": [{"product": "P-1", "quantity": 2, "amount": 1000}, {"product": "P-1", "quantity": 1, "amount": 3}],
    }  # fmt: skip
    client = client_of(manager)
    made = client.post("/api/v1/orders/", body, format="json")
    assert made.status_code == 201, made.json()
    assert (made.json()["amount"], made.json()["amount_currency"], made.json()["currency"]) == (853, "GBP", "EUR")
    assert [each["quantity"] for each in made.json()["lines"]] == [2, 1]
    assert list(OrderLine.objects.values_list("occurrence", "customer", "product")) == [
        (1, buyer.pk, goods.pk), (2, buyer.pk, goods.pk),
    ]  # fmt: skip
    assert client.post("/api/v1/orders/", body, format="json").status_code == 400


def test_what_became_of_an_order_is_noted_and_what_was_ordered_stays(company, manager):
    client = client_of(manager)
    address = f"/api/v1/orders/{company[0].orders.get().pk}/"
    answer = client.patch(address, {"delivered_at": "2025-01-05T10:00:00Z", "customised": True}, format="json")
    assert answer.json()["status"] == "delivered" and answer.json()["customised"] is True
    for change in ({"amount": 5}, {"number": "x"}, {"lines": []}, {"customer": "C-2"}):
        assert client.patch(address, change, format="json").status_code == 400
    assert client.patch(address, {"delivered_at": "2024-01-05T10:00:00Z"}, format="json").status_code == 400


@pytest.mark.parametrize(
    "change, field",
    [
        ({"currency": "EUR"}, "rate"), ({"rate": "2"}, "rate"), ({"currency": "XXZ"}, "currency"),
        ({"amount": 5}, "amount"), ({"lines": [{"product": "P-1", "quantity": 1, "amount": 10**15}] * 2}, "lines"),
    ],
)  # fmt: skip
def test_an_order_that_does_not_add_up_is_refused(buyer, manager, change, field):
    product("P-1")
    body = {
        "customer": "C-1", "number": "N-1", "placed_at": "2025-01-01T10:00:00Z",
        "lines": [{"product": "P-1", "quantity": 1, "amount": 5}], **change,
    }  # fmt: skip
    answer = client_of(manager).post("/api/v1/orders/", body, format="json")
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
    assert not Order.objects.exists()


def test_what_came_back_belongs_to_a_line(company, manager):
    line = company[0].orders.get().lines.get()
    body = {"line": line.pk, "number": "B-1", "quantity": 2, "amount": 50, "returned_at": "2025-03-01T10:00:00Z"}
    client = client_of(manager)
    made = client.post("/api/v1/returns/", body, format="json")
    assert made.status_code == 201 and made.json()["customer"] == "C-1"
    assert Return.objects.filter(line=line).count() == 2
    assert client.post("/api/v1/returns/", {**body, "number": "B-2", "quantity": 4}, format="json").status_code == 400
