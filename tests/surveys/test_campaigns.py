"""Whom campaigns ask, and their lives."""

import datetime as dt
import json

import pytest

from crmquality import wiring
from crmquality.office.models import Team, Webhook, WebhookDelivery
from customers.models import Contact, Customer
from surveys import audience, campaigns, channels, tokens
from surveys.models import Campaign, Invitation, Response, Version
from tests import records
from tests.people import member

from .conftest import NOW, asking

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def names(campaign: Campaign) -> list[str]:
    return sorted(campaign.invitations.values_list("contact__name", flat=True))


@pytest.mark.parametrize(
    "filters, expected",
    [
        ({}, ["Ann", "Bob", "Chen", "Dora"]),
        ({"segment": ["retail"]}, ["Ann", "Bob", "Chen"]),
        ({"segment": ["retail"], "tier": ["A", "D"]}, ["Ann", "Bob"]),
        ({"region": ["North"]}, ["Chen"]),
        ({"role": ["user", "decision_maker"]}, ["Ann", "Bob"]),
        # Who has no language is written to in the default one.
        ({"language": ["en"]}, ["Ann", "Bob", "Dora"]),
        ({"stage": ["mature"]}, ["Dora"]),
        ({"team": ["own"]}, ["Dora"]),
    ],
)
def test_filters_are_alternatives_in_one_list_and_joined_over_lists(version, people, filters, expected) -> None:
    team = Team.objects.create(name="Own")
    Customer.objects.filter(code="C3").update(stage="mature", owner=member("owner", "agent", team=team))
    filters = {name: [team.pk] if name == "team" else values for name, values in filters.items()}
    campaign = asking(version, audience=filters)
    campaigns.start(campaign, NOW)
    assert names(campaign) == expected


def test_who_left_and_who_is_at_a_closed_customer_is_not_invited(version, people) -> None:
    Contact.objects.filter(name="Ann").update(left_on=dt.date(2026, 1, 1))
    Customer.objects.filter(code="C3").update(status="closed")
    campaign = asking(version)
    campaigns.start(campaign, NOW)
    assert names(campaign) == ["Bob", "Chen"]


@pytest.fixture
def crowd(db) -> None:
    """Sixty people of retail, thirty of industry, ten of public; five of retail want no surveys."""
    owners = [
        Customer(code=f"{segment}{n}", name=f"{segment}{n}", segment=segment)
        for segment, size in (("retail", 60), ("industry", 30), ("public", 10))
        for n in range(size)
    ]
    Customer.objects.bulk_create(owners)
    Contact.objects.bulk_create(
        Contact(
            customer=owner, name=owner.name, email=f"{owner.code}@example.com",
            opted_out=["email"] if owner.code in {f"retail{n}" for n in range(5)} else [],
        )
        for owner in owners
    )  # fmt: skip


def drawn(version: Version, seed: int = 1, **fields: object) -> dict[str, int]:
    found = audience.drawn(asking(version, seed=seed, **fields)).values_list("customer__segment", flat=True)
    return {segment: list(found).count(segment) for segment in set(found)}


def test_a_random_sample_is_as_large_as_wanted_of_those_who_may_be_asked(version, crowd) -> None:
    campaign = asking(version, sampling="random", sample_size=40)
    campaigns.start(campaign, NOW)
    assert campaign.invitations.filter(standing="planned").count() == campaign.invitations.count() == 40
    assert campaign.population == 95


def test_the_same_seed_draws_the_same_people_and_another_seed_others(version, crowd) -> None:
    def people(seed: int) -> set[int]:
        return set(
            audience.drawn(asking(version, sampling="random", sample_size=40, seed=seed)).values_list("pk", flat=True)
        )

    assert people(1) == people(1) != people(2)


def test_a_proportional_sample_has_each_segment_by_its_share(version, crowd) -> None:
    # Of 55, 30 and 10 people: 19 people by the largest remainders.
    assert drawn(version, sampling="proportional", sample_size=19) == {"retail": 11, "industry": 6, "public": 2}


def test_a_minimum_lifts_small_segments(version, crowd) -> None:
    found = drawn(version, sampling="minimum", sample_size=30, minimum_each=8)
    assert sum(found.values()) == 30 and min(found.values()) >= 8


def test_everyone_includes_who_cannot_be_asked_so_that_it_is_told_who_is_missing(version, crowd) -> None:
    campaign = asking(version)
    campaigns.start(campaign, NOW)
    assert campaign.invitations.filter(standing="opted_out").count() == 5
    assert campaign.invitations.filter(standing="planned").count() == 95


def test_it_closes_at_its_date(version, people) -> None:
    campaign = asking(version, closes_at=NOW + 10 * DAY)
    campaigns.start(campaign, NOW)
    assert campaigns.close_due(NOW + 9 * DAY) == 0
    assert campaigns.close_due(NOW + 10 * DAY) == 1
    campaign.refresh_from_db()
    assert campaign.state == "closed" and campaign.closed_at == NOW + 10 * DAY


def test_it_closes_when_its_quota_is_full(version, people) -> None:
    campaign = asking(version, quota=2)
    campaigns.start(campaign, NOW)
    for n, invitation in enumerate(campaign.invitations.order_by("pk")[:2]):
        assert campaigns.close_due(NOW) == 0, n
        Invitation.objects.filter(pk=invitation.pk).update(is_answered=True, answered_at=NOW)
    assert campaigns.close_due(NOW) == 1


def test_a_public_one_counts_its_answers(version) -> None:
    campaign = asking(version, channel="public", privacy="anonymous", quota=1)
    campaigns.start(campaign, NOW)
    assert campaigns.close_due(NOW) == 0
    Response.objects.create(campaign=campaign, is_anonymous=True, via="public")
    assert campaigns.close_due(NOW) == 1


def test_a_recurring_one_begins_its_next_wave_once_and_closes_the_last(version, people) -> None:
    first = asking(version, schedule="recurring", every_days=90, closes_at=NOW + 30 * DAY, opens_at=NOW)
    campaigns.start(first, NOW)
    assert campaigns.repeat_due(NOW + 89 * DAY) == 0
    assert [campaigns.repeat_due(NOW + 90 * DAY) for _time in range(2)] == [1, 0]
    second = Campaign.objects.get(series=first)
    assert second.state == "running" and second.name == "Wave · 2" and second.seed == first.seed + 1
    assert second.closes_at == NOW + 120 * DAY
    assert set(second.invitations.values_list("standing", flat=True)) == {"planned"}
    first.refresh_from_db()
    assert first.state == "closed"
    assert campaigns.repeat_due(NOW + 180 * DAY) == 1
    third = Campaign.objects.order_by("pk").last()
    assert third.series == first and third.name == "Wave · 3"
    assert campaigns.stop_repeating(third)
    assert campaigns.repeat_due(NOW + 400 * DAY) == 0


def test_another_system_is_handed_each_invitation_once_with_its_link(version, people) -> None:
    Webhook.objects.create(url="https://gateway.example.com/", events=["survey.invited"])
    campaigns.start(asking(version, channel="webhook", audience={"role": ["user"]}), NOW)
    assert channels.hand_on(NOW) == 1
    assert channels.hand_on(NOW) == 0
    delivery = WebhookDelivery.objects.get()
    told = delivery.body["data"]
    assert told["name"] == "Bob" and told["customer"] == "C1"
    assert tokens.invitation_of(told["link"].rpartition("/")[2]).invitation.standing == "sent"
    # Once it is delivered, nothing here knows the link any more.
    WebhookDelivery.objects.update(delivered_at=NOW, next_attempt_at=None)
    channels.hand_on(NOW)
    assert "/s/" not in json.dumps(WebhookDelivery.objects.get().body)


def test_after_a_complaint_is_closed_its_customer_is_asked_about_it_once(version, people) -> None:
    campaign = asking(version, schedule="triggered", trigger="case_closed", trigger_days=2)
    campaigns.start(campaign, NOW)
    bob = Contact.objects.get(name="Bob")
    case = records.case(NOW, bob.customer, contact=bob)
    type(case).objects.filter(pk=case.pk).update(
        status="closed", outcome="accepted", resolved_at=NOW + DAY, closed_at=NOW + DAY
    )
    assert wiring.ask_after_complaints(NOW + 2 * DAY) == 0
    assert wiring.ask_after_complaints(NOW + 3 * DAY) == 1
    assert wiring.ask_after_complaints(NOW + 4 * DAY) == 0
    assert campaign.invitations.get().contact == bob
    assert campaign.invitations.get().occasion == f"case:{case.pk}"
