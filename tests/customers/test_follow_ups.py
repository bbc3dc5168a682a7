import datetime as dt

import pytest

from customers import follow_ups
from customers.contacts_log import log_interaction
from customers.models import FollowUp, Interaction
from tests.records import at, contact, customer, follow_up

NOW = at("2025-07-01")


@pytest.fixture
def buyer(agent):
    return customer("C-1", owner=agent)


def call(buyer, **fields) -> Interaction:
    return Interaction(customer=buyer, channel="phone", direction="in", occurred_at=NOW, **fields)


def test_a_follow_up_is_done_once(buyer, agent, manager):
    task = follow_up(buyer, "2025-07-01")
    assert follow_ups.complete(task, agent, NOW, "Done")
    assert not follow_ups.complete(task, manager, NOW + dt.timedelta(hours=1), "Again")
    task.refresh_from_db()
    assert (task.done_at, task.outcome, task.done_by) == (NOW, "Done", None)


def test_what_is_done_is_neither_postponed_nor_cancelled(buyer, agent):
    task = follow_up(buyer, "2025-07-01")
    follow_ups.complete(task, agent, NOW)
    assert not follow_ups.postpone(task, dt.date(2025, 8, 1))
    assert not follow_ups.cancel(task, NOW)


def test_postponing_keeps_it_open(buyer):
    task = follow_up(buyer, "2025-07-01")
    assert follow_ups.postpone(task, dt.date(2025, 8, 1), dt.time(9))
    task.refresh_from_db()
    assert (task.due_on, task.due_time, task.is_open) == (dt.date(2025, 8, 1), dt.time(9), True)


def test_cancelling_says_why(buyer):
    task = follow_up(buyer, "2025-07-01")
    assert follow_ups.cancel(task, NOW, "They moved away")
    task.refresh_from_db()
    assert (task.cancelled_at, task.outcome) == (NOW, "They moved away")


def test_a_return_visit_that_is_done_is_logged_as_a_visit(buyer, agent):
    who = contact(buyer)
    visit = follow_up(buyer, "2025-07-01", kind="return_visit", contact=who, subject="Spring visit")
    follow_ups.complete(visit, agent, NOW, "All well")
    visit.refresh_from_db()
    logged = Interaction.objects.get()
    assert visit.done_by == logged
    assert (logged.kind, logged.channel, logged.member, logged.contact) == ("return_visit", "visit", agent, who)
    assert (logged.subject, logged.notes) == ("Spring visit", "All well")


def test_logging_settles_a_follow_up_and_plans_the_next(buyer, agent):
    visit = follow_up(buyer, "2025-07-01", kind="return_visit")
    who = contact(buyer)
    step = FollowUp(owner=agent, subject="Send the offer", due_on=dt.date(2025, 7, 8))
    logged = log_interaction(call(buyer, contact=who, notes="Wants more"), agent, "k", settles=visit, next_step=step)
    assert logged.is_new and not logged.is_late
    visit.refresh_from_db()
    assert (visit.done_by, visit.done_at, visit.outcome) == (logged.interaction, NOW, "Wants more")
    planned = FollowUp.objects.open().get()
    assert (planned.source, planned.contact, planned.customer) == (logged.interaction, who, buyer)
    assert Interaction.objects.count() == 1


def test_a_form_that_is_sent_twice_is_logged_once(buyer, agent):
    for is_new in (True, False):
        step = FollowUp(owner=agent, subject="Call", due_on=dt.date(2025, 7, 8))
        logged = log_interaction(call(buyer), agent, "one-time key", next_step=step)
        assert logged.is_new is is_new
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_what_others_settled_meanwhile_is_told(buyer, agent, manager):
    task = follow_up(buyer, "2025-07-01")
    follow_ups.complete(FollowUp.objects.get(), manager, NOW, "I was first")
    logged = log_interaction(call(buyer, notes="Too late"), agent, "k", settles=task)
    assert logged.is_new and logged.is_late
    task.refresh_from_db()
    assert (task.outcome, task.done_by) == ("I was first", None)


def test_a_log_that_cannot_be_stored_leaves_nothing_behind(buyer, agent):
    task = follow_up(buyer, "2025-07-01")
    step = FollowUp(owner=agent, subject="x" * 500, due_on=dt.date(2025, 7, 8))
    with pytest.raises(Exception, match="too long"):
        log_interaction(call(buyer), agent, "k", settles=task, next_step=step)
    task.refresh_from_db()
    assert task.is_open and not Interaction.objects.exists()
