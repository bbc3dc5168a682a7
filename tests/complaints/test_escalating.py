"""Clocks are warned of, found overdue and escalated once each, however often somebody looks."""

import datetime as dt

import pytest

from complaints import escalating, life
from complaints.models import Actor, EscalationStep
from crmquality.office.models import Notice, Webhook, WebhookDelivery
from tests.complaints.test_clocks import at
from tests.people import member
from tests.records import case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shanghai")]
START = at("2026-03-02 09:00")


@pytest.fixture
def lead(team):
    return member("lead", "lead", team=team)


@pytest.fixture
def critical(agent, lead, manager):
    """To be acknowledged in 30 minutes, answered in an hour."""
    return case(START, customer(owner=agent), severity=4)


def told(to) -> list[str]:
    return [notice.text.split(" ", 1)[1].split(":")[0] for notice in Notice.objects.filter(member=to).order_by("id")]


def test_at_three_quarters_the_owner_is_warned_once(critical, agent):
    assert escalating.watch(at("2026-03-02 09:22"))["warned"] == 0
    assert escalating.watch(at("2026-03-02 09:23"))["warned"] == 1
    assert escalating.watch(at("2026-03-02 09:24"))["warned"] == 0
    assert told(agent) == ["is yours", "is soon due"]


def test_a_deadline_is_kept_at_its_very_moment_and_broken_after_it(critical):
    assert escalating.watch(at("2026-03-02 09:30"))["breached"] == 0
    assert escalating.watch(at("2026-03-02 09:30") + dt.timedelta(seconds=1))["breached"] == 1
    clock = critical.clocks.get(kind="acknowledge")
    assert clock.breached_at == at("2026-03-02 09:30")
    assert "breach" in critical.steps.values_list("step", flat=True)


def test_the_ladder_is_climbed_rung_by_rung_in_working_time(critical, agent, lead, manager):
    life.acknowledge(critical, Actor.staff(agent), START)
    assert escalating.watch(at("2026-03-02 10:01"))["escalated"] == 1
    assert escalating.watch(at("2026-03-02 11:59"))["escalated"] == 0
    assert escalating.watch(at("2026-03-02 12:00"))["escalated"] == 1
    assert told(lead)[-1].startswith("was escalated")
    assert told(manager) == []
    # 8 working hours after 10:00, over lunch and the night.
    assert escalating.watch(at("2026-03-03 10:29"))["escalated"] == 0
    assert escalating.watch(at("2026-03-03 10:30"))["escalated"] == 1
    assert told(manager)[-1].startswith("was escalated")
    assert escalating.watch(at("2026-03-20 10:30"))["escalated"] == 3, "the clock to resolve has a ladder of its own"


def test_a_system_that_slept_tells_everybody_who_should_have_known(critical, agent, lead, manager):
    life.acknowledge(critical, Actor.staff(agent), START)
    escalating.watch(at("2026-03-03 11:00"))
    levels = [notice.params["rung"] for notice in Notice.objects.filter(text__contains="escalated").order_by("id")]
    assert levels == [1, 2, 3]


def test_a_paused_clock_is_neither_overdue_nor_escalated(critical, agent):
    life.wait(critical, Actor.staff(agent), at("2026-03-02 09:10"))
    assert escalating.watch(at("2026-03-09 10:00")) == {"warned": 0, "breached": 0, "escalated": 0}


def test_a_stopped_clock_is_left_alone(critical, agent):
    life.resolve(critical, Actor.staff(agent), at("2026-03-02 09:10"))
    assert escalating.watch(at("2026-03-09 10:00")) == {"warned": 0, "breached": 0, "escalated": 0}


def test_other_systems_hear_of_a_breach(critical):
    Webhook.objects.create(url="https://example.com/hook", events=["case.breached"])
    escalating.watch(at("2026-03-02 09:31"))
    assert WebhookDelivery.objects.get().body["data"]["clock"] == "acknowledge"


def test_a_ladder_may_name_somebody(critical, outsider):
    EscalationStep.objects.all().delete()
    EscalationStep.objects.create(level=1, receiver="member", member=outsider)
    escalating.watch(at("2026-03-02 09:31"))
    assert told(outsider) == ["was escalated to you (level %(rung)s)"]


def test_clocks_that_come_to_a_rung_together_tell_once(critical, outsider):
    EscalationStep.objects.all().delete()
    EscalationStep.objects.create(level=1, receiver="member", member=outsider)
    assert escalating.watch(at("2026-03-20 09:31"))["escalated"] > 1
    assert len(told(outsider)) == 1
