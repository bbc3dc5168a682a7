"""Asking after something happened."""

import datetime as dt

import pytest
from django.db.models import F, Value

from customers.models import Contact, Customer
from surveys import campaigns, triggers
from surveys.models import Campaign, Invitation, Trigger, Version
from tests import records

from .conftest import NOW, asking

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def triggered(version: Version, trigger: str, days: int, **fields: object) -> Campaign:
    made = asking(version, schedule="triggered", trigger=trigger, trigger_days=days, **fields)
    assert campaigns.start(made, NOW) == 0
    return made


def invited(campaign: Campaign) -> list[tuple[str, str]]:
    return sorted(campaign.invitations.values_list("contact__name", "occasion"))


@pytest.fixture
def acme(people: list[Contact]) -> Customer:
    return Customer.objects.get(code="C1")


def test_days_after_a_delivery_the_first_person_of_the_customer_is_asked_once(version, acme) -> None:
    campaign = triggered(version, "delivery", 3)
    order = records.order(acme, "2026-02-20", delivered_at=NOW + DAY)
    assert triggers.fire(NOW + 3 * DAY) == 0
    assert triggers.fire(NOW + 4 * DAY) == 1
    assert triggers.fire(NOW + 4 * DAY) == 0
    assert invited(campaign) == [("Ann", f"order:{order.pk}")]


def test_another_first_person_is_not_asked_about_the_same_delivery(version, acme) -> None:
    campaign = triggered(version, "delivery", 0)
    records.order(acme, "2026-02-20", delivered_at=NOW + DAY)
    triggers.fire(NOW + DAY)
    Contact.objects.filter(name="Ann").update(is_primary=False)
    Contact.objects.filter(name="Bob").update(is_primary=True)
    assert triggers.fire(NOW + 2 * DAY) == 0
    assert campaign.invitations.count() == 1


def test_what_happened_before_the_campaign_is_past(version, acme) -> None:
    records.order(acme, "2026-02-01", delivered_at=NOW - 5 * DAY)
    triggered(version, "delivery", 3)
    assert triggers.fire(NOW + DAY) == 0


def test_a_second_delivery_waits_for_the_ledger(version, acme) -> None:
    campaign = triggered(version, "delivery", 0)
    for day in (1, 2):
        records.order(acme, "2026-02-20", delivered_at=NOW + day * DAY)
        triggers.fire(NOW + day * DAY)
    assert sorted(campaign.invitations.values_list("standing", flat=True)) == ["deferred", "planned"]


def test_after_a_visit_whoever_was_visited_is_asked(version, acme) -> None:
    bob = Contact.objects.get(name="Bob")
    campaign = triggered(version, "visit", 1)
    visit = records.interaction(acme, "2026-03-03", "visit", contact=bob)
    records.interaction(acme, "2026-03-03", "phone", contact=bob)
    assert triggers.fire(NOW + 3 * DAY) == 1
    assert invited(campaign) == [("Bob", f"visit:{visit.pk}")]


def test_before_a_contract_ends(version, acme) -> None:
    campaign = triggered(version, "contract_end", 30)
    contract = records.contract(acme, "2025-04-03", "2026-04-03")
    records.contract(acme, "2025-04-03", "2026-04-03", is_renewed=True)
    assert triggers.fire(NOW + DAY) == 0
    assert triggers.fire(NOW + 2 * DAY) == 1
    assert invited(campaign) == [("Ann", f"contract:{contract.pk}")]


def test_happenings_of_others_are_handed_in_as_a_queryset(version, acme) -> None:
    campaign = triggered(version, "case_closed", 0, audience={"segment": ["retail"]})
    happened = Customer.objects.annotate(
        who=triggers.NOBODY, occasion=triggers.occasion("case"), happened_at=Value(NOW + DAY), customer_id=F("pk")
    )
    assert triggers.after(Trigger.CASE_CLOSED, happened, NOW + DAY) == 2
    # Dora's company is in another segment.
    assert [name for name, _occasion in invited(campaign)] == ["Ann", "Chen"]
    assert triggers.after(Trigger.CASE_CLOSED, happened, NOW + 2 * DAY) == 0


def test_who_refused_surveys_is_not_asked_but_the_next_one(version, acme) -> None:
    Contact.objects.filter(name="Ann").update(opted_out=["email"])
    campaign = triggered(version, "delivery", 0)
    records.order(acme, "2026-02-20", delivered_at=NOW + DAY)
    triggers.fire(NOW + DAY)
    assert invited(campaign)[0][0] == "Bob"
    assert not Invitation.objects.exclude(standing="planned").exists()
