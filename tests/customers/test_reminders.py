"""What members are told of their work: each once, in the page and by e-mail as each wants it."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from crmquality.office import mailing
from crmquality.office.models import Leave, Notice, NoticePreference
from customers import reminders
from customers.models import Customer, FollowUp
from tests.office.test_mailing import Mailbox, mailbox  # noqa: F401 (a fixture)
from tests.people import member
from tests.records import at, customer, follow_up

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = dt.date(2025, 7, 1)
# The tests' company is in London, an hour ahead of UTC in July.
SIX = dt.datetime(2025, 7, 1, 5, tzinfo=dt.UTC)


@pytest.fixture
def buyer(agent, organisation):
    return customer("C-1", name="Acme", owner=agent)


def due(with_, on: str, **fields) -> FollowUp:
    return follow_up(with_, on, created_at=at("2025-06-01"), **{"owner": with_.owner, **fields})


def messages(of) -> list[str]:
    return [notice.message for notice in of.notices.order_by("pk")]


def test_one_notice_sums_up_the_follow_ups_and_one_the_visits(buyer, agent):
    for on in ("2025-06-01", "2025-06-30", "2025-07-01", "2025-07-02"):
        due(buyer, on)
    due(buyer, "2025-07-01", kind="return_visit")
    assert reminders.remind(SIX) == 2
    assert messages(agent) == [
        "Follow-ups due today: 1, overdue: 2.", "Return visits due today: 1, overdue: 0.",
    ]  # fmt: skip
    assert [notice.topic for notice in agent.notices.order_by("pk")] == ["follow_ups", "visits"]


def test_it_is_told_once_a_day_and_not_before_six(buyer, agent):
    due(buyer, "2025-07-01")
    assert reminders.remind(SIX - dt.timedelta(minutes=1)) == 0
    assert [reminders.remind(SIX + dt.timedelta(hours=hours)) for hours in (0, 1, 9)] == [1, 0, 0]
    assert reminders.remind(SIX + dt.timedelta(days=1)) == 1


def test_what_was_planned_this_morning_is_no_news(buyer, agent):
    follow_up(buyer, TODAY, owner=agent, created_at=SIX)
    assert reminders.remind(SIX + dt.timedelta(hours=2)) == 0


def test_only_what_is_open_and_what_one_may_see_is_told(buyer, agent):
    due(buyer, "2025-07-01", done_at=at("2025-06-30"))
    due(buyer, "2025-07-02")
    due(customer("went to others"), "2025-07-01", owner=agent)
    due(buyer, "2025-07-01", owner=member("left", "agent", is_active=False))
    assert reminders.remind(SIX) == 0


def test_during_leave_the_cover_is_told(buyer, agent):
    cover = member("cover", "agent")
    due(buyer, "2025-07-01")
    Leave.objects.create(member=agent, cover=cover, starts_on=TODAY, ends_on=TODAY)
    # Who covers whom is asked of the day it is.
    Leave.objects.create(member=agent, cover=cover, starts_on="2020-01-01", ends_on="2099-01-01")
    assert reminders.remind(SIX) == 1
    assert messages(agent) == [] and messages(cover) == [
        "Follow-ups of agent, for whom you stand in, due today: 1, overdue: 0."
    ]


def test_it_comes_by_mail_to_who_wants_it_in_the_language_of_the_reader(buyer, agent, mailbox):  # noqa: F811
    NoticePreference.objects.create(member=agent, topic="follow_ups", email="daily")
    due(buyer, "2025-07-01")
    due(buyer, "2025-07-01", kind="return_visit")
    reminders.remind(SIX)
    assert mailing.send_due(SIX) == 0
    assert mailing.send_due(SIX + dt.timedelta(hours=1)) == 1
    (mail,) = mailbox.mails
    assert "Follow-ups due today: 1" in mail["Subject"] and "/customers/follow-ups/" in mail.get_content()


def test_many_members_cost_no_more_once_they_are_told(organisation, django_assert_max_num_queries):
    for number in range(20):
        due(customer(owner=member(f"agent-{number}", "agent")), "2025-07-01")
    assert reminders.remind(SIX) == 20
    with django_assert_max_num_queries(4):
        reminders.remind(SIX)


# Given to somebody else


def give(client, buyer, to, **more):
    form = {"subject": "Call Li Na", "kind": "task", "due_on": "2099-01-01", "owner": to.pk, "once": "k", **more}
    return client.post(reverse("customers:record_create", args=[buyer.code, "follow_up"]), form)


def test_who_gets_a_follow_up_from_somebody_else_is_told_once(client, manager, agent, buyer):
    client.force_login(manager)
    for _ in range(2):
        assert give(client, buyer, agent).status_code == 302
    assert messages(agent) == ["manager gave you a follow-up at Acme, due 2099-01-01: Call Li Na"]
    assert client.get(Notice.objects.get().url).status_code == 200


def test_a_follow_up_of_ones_own_is_no_news(client, agent, buyer):
    client.force_login(agent)
    give(client, buyer, agent)
    assert not Notice.objects.exists()


def test_a_follow_up_that_changes_hands_is_told_to_the_new_owner(client, manager, agent, buyer):
    row = due(buyer, "2099-01-01")
    client.force_login(agent)
    url = reverse("customers:record_edit", args=["C-1", "follow_up", row.pk])
    form = {"subject": "Call", "kind": "task", "due_on": "2099-01-01", "once": "a"}
    client.post(url, {**form, "owner": manager.pk})
    client.post(url, {**form, "owner": manager.pk, "notes": "Soon", "once": "b"})
    assert len(messages(manager)) == 1 and messages(agent) == []


def test_who_gets_a_customer_from_somebody_else_is_told(client, manager, agent, organisation):
    buyer = customer("C-9", name="Acme")
    client.force_login(manager)
    form = {"code": "C-9", "name": "Acme", "kind": "organisation", "status": "active", "owner": agent.pk}
    client.post(reverse("customers:customer_edit", args=["C-9"]), form)
    client.post(reverse("customers:customer_edit", args=["C-9"]), form)
    assert Customer.objects.get().owner == agent
    assert messages(agent) == ["Acme is your customer now."]
    assert Notice.objects.get().url == buyer.get_absolute_url()


def test_a_message_with_percent_signs_is_shown_as_it_is(client, manager, agent, buyer):
    client.force_login(manager)
    give(client, buyer, agent, subject="100 % sure: %(name)s")
    assert messages(agent)[0].endswith("100 % sure: %(name)s")
    assert timezone.now() > agent.notices.get().created_at
