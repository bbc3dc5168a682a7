"""Handing over, and cover while somebody is away."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crmquality.office.models import Leave, Member, Notice, Team
from customers import handover
from customers.models import Customer, FollowUp
from tests import records
from tests.people import member

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)


def test_everything_open_goes_to_the_other_who_is_told() -> None:
    giver, taker = member("giver", "agent", is_active=False), member("taker", "agent")
    customer = records.customer(owner=giver)
    done = records.follow_up(customer, "2026-01-05", owner=giver, done_at=NOW)
    todo = records.follow_up(customer, "2026-07-05", owner=giver)
    records.opportunity(customer, "2026-01-05", owner=giver)
    records.opportunity(customer, "2026-01-05", owner=giver, closed_on="2026-02-01", outcome="won")
    assert handover.hand_over(giver, taker, NOW) == {"customers": 1, "follow_ups": 1, "opportunities": 1}
    assert Customer.objects.get().owner == taker
    assert [FollowUp.objects.get(pk=row.pk).owner for row in (done, todo)] == [giver, taker]
    assert "1 customers of" in Notice.objects.get(member=taker).message
    assert handover.hand_over(giver, taker, NOW) == {"customers": 0, "follow_ups": 0, "opportunities": 0}


def test_cover_sees_the_customers_of_who_is_away_on_those_days_only() -> None:
    away, cover = member("away", "agent"), member("cover", "agent")
    customer = records.customer(owner=away)
    today = timezone.localdate()
    leave = Leave.objects.create(member=away, cover=cover, starts_on=today, ends_on=today)
    assert list(Customer.objects.visible_to(cover)) == [customer]
    Leave.objects.filter(pk=leave.pk).update(starts_on=today - dt.timedelta(2), ends_on=today - dt.timedelta(1))
    assert not Customer.objects.visible_to(cover).exists()


def test_who_may_hand_over(client: Client, manager: Member, agent: Member, outsider: Member) -> None:
    url = reverse("customers:customer_hand_over")
    assert client.get(url).status_code == 302
    for who, status in ((manager, 200), (agent, 403), (outsider, 403)):
        client.force_login(who)
        assert client.get(url).status_code == status


def test_the_page_shows_how_much_before_it_is_done(client: Client, manager: Member) -> None:
    giver, taker = member("giver", "agent"), member("taker", "agent")
    records.customer(owner=giver)
    client.force_login(manager)
    url, form = reverse("customers:customer_hand_over"), {"giver": giver.pk, "taker": taker.pk}
    assert "Hand over 1 customer<" in client.get(url, form).content.decode()
    assert Customer.objects.get().owner == giver
    assert client.post(url, form).status_code == 302
    assert Customer.objects.get().owner == taker
    assert client.post(url, {"giver": taker.pk, "taker": taker.pk}).status_code == 422


def test_a_lead_hands_over_within_the_team_only(client: Client) -> None:
    ours, theirs = Team.objects.create(name="Ours"), Team.objects.create(name="Theirs")
    lead = member("boss", "lead", team=ours)
    giver, stranger = member("giver", "agent", team=ours), member("stranger", "agent", team=theirs)
    records.customer(owner=giver)
    assert list(handover.givers(lead)) == [giver]
    assert stranger not in handover.takers(lead)
