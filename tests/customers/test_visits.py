"""Planning return visits."""

import datetime as dt
import json
import threading

import pytest
from django.core.management import call_command
from django.db import connection

from crmquality.office.models import Leave, RecordKeeping
from customers import follow_ups, visits
from customers.access import customers_read, follow_up_edit
from customers.forms.records import FollowUpForm
from customers.models import Customer, FollowUp, VisitInterval
from tests.people import member
from tests.records import at, customer, follow_up, interaction

# A Tuesday.
TODAY = dt.date(2025, 7, 1)
NOW = at(TODAY)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture(autouse=True)
def intervals(organisation):
    VisitInterval.load_defaults()


@pytest.fixture
def buyer(agent):
    """Tier B: visited every 60 days; called on 1 June."""
    buyer = customer("C-1", owner=agent, tier="B")
    interaction(buyer, "2025-06-01")
    return buyer


def planned() -> FollowUp:
    return FollowUp.objects.open().get(is_planned=True)


def nothing(**but: int) -> dict[str, int]:
    return {"planned": 0, "moved": 0, "given": 0, "cancelled": 0} | but


def test_the_next_visit_is_due_an_interval_after_the_last_talk(buyer, agent):
    assert visits.plan(NOW) == nothing(planned=1)
    visit = planned()
    assert (visit.kind, visit.owner, visit.interval_days) == ("return_visit", agent, 60)
    assert visit.due_on == visit.promised_on == day("2025-07-31")


def test_planning_twice_plans_once(buyer):
    visits.plan(NOW)
    before = FollowUp.objects.values().get()
    assert visits.plan(NOW) == visits.plan(at("2025-07-20")) == visits.plan(at("2025-09-20")) == nothing()
    assert FollowUp.objects.values().get() == before


@pytest.mark.parametrize(
    "fields, is_talk",
    [
        ({"channel": "email"}, False),
        ({"channel": "email", "direction": "in"}, True),
        ({"channel": "email", "kind": "return_visit"}, True),
        ({"channel": "wechat"}, True),
        ({"channel": "wechat", "is_automatic": True}, False),
    ],
)
def test_only_a_talk_counts_as_contact(buyer, fields, is_talk):
    interaction(buyer, "2025-06-20", **fields)
    visits.plan(NOW)
    assert planned().due_on == day("2025-08-19" if is_talk else "2025-07-31")


def test_a_talk_that_has_not_been_yet_does_not_count(buyer):
    interaction(buyer, "2025-08-01")
    visits.plan(NOW)
    assert planned().due_on == day("2025-07-31")


@pytest.mark.parametrize(
    "last, due", [("2025-06-06", "2025-08-05"), ("2025-06-03", "2025-08-04"), ("2025-01-01", "2025-07-01")]
)
def test_it_is_never_in_the_past_and_never_on_a_weekend(agent, last, due):
    buyer = customer(owner=agent, tier="B")
    interaction(buyer, last)
    visits.plan(NOW)
    assert planned().due_on == day(due)


def test_who_waited_too_long_takes_turns_the_longest_waiting_first(agent, manager):
    for number in range(9):
        interaction(customer(f"C-{number}", owner=agent, tier="A"), day("2025-01-01") - dt.timedelta(number))
    interaction(customer("other", owner=manager, tier="A"), "2025-01-01")
    visits.plan(at("2025-07-05"))  # a Saturday
    days = dict(FollowUp.objects.values_list("customer__code", "due_on"))
    assert days.pop("other") == day("2025-07-07")
    assert [days[f"C-{number}"].isoformat() for number in range(8, -1, -1)] == ["2025-07-07"] * 4 + [
        "2025-07-08"
    ] * 4 + ["2025-07-09"]


def test_turns_go_on_after_the_weekend(agent):
    for _ in range(13):
        interaction(customer(owner=agent, tier="A"), "2025-01-01")
    visits.plan(at("2025-07-03"))  # a Thursday
    days = sorted(FollowUp.objects.values_list("due_on", flat=True))
    assert [each.day for each in days] == [3] * 4 + [4] * 4 + [7] * 4 + [8]


def test_who_was_never_spoken_with_is_visited_an_interval_after_being_written_down(agent):
    buyer = customer(owner=agent, tier="A")
    Customer.objects.filter(pk=buyer.pk).update(created_at=at("2025-06-20"))
    visits.plan(NOW)
    assert planned().due_on == day("2025-07-21")


@pytest.mark.parametrize("fields", [{"tier": ""}, {"status": "closed"}, {"status": "on_hold"}, {"owner": None}])
def test_who_is_not_visited(buyer, fields):
    Customer.objects.update(**fields)
    assert visits.plan(NOW) == nothing()


@pytest.mark.parametrize("fields", [{"tier": ""}, {"status": "closed"}])
def test_who_is_no_longer_visited_has_no_visit_planned(buyer, fields):
    visits.plan(NOW)
    Customer.objects.update(**fields)
    assert visits.plan(NOW) == nothing(cancelled=1)
    Customer.objects.update(tier="B", status="active")
    assert visits.plan(NOW) == nothing(planned=1)
    assert planned().due_on == day("2025-07-31")


def test_another_tier_moves_the_visit_and_the_promise(buyer):
    visits.plan(NOW)
    Customer.objects.update(tier="C")
    assert visits.plan(NOW) == nothing(moved=1)
    assert planned().due_on == planned().promised_on == day("2025-09-01")  # the 30th of August is a Saturday
    Customer.objects.update(tier="A")
    visits.plan(NOW)
    assert planned().due_on == TODAY
    assert visits.plan(at("2025-07-02")) == nothing()


def test_an_admin_moves_the_visits_of_a_tier(buyer):
    visits.plan(NOW)
    VisitInterval.objects.filter(tier="B").update(days=45)
    assert visits.plan(NOW) == nothing(moved=1)
    assert planned().due_on == day("2025-07-16")


def test_what_is_due_or_was_moved_by_hand_stays_where_it_is(buyer):
    visits.plan(NOW)
    Customer.objects.update(tier="C")
    assert visits.plan(at("2025-07-31")) == nothing()
    follow_ups.postpone(planned(), day("2025-08-20"))
    assert visits.plan(NOW) == nothing()


def test_postponing_leaves_the_promise(buyer):
    visits.plan(NOW)
    follow_ups.postpone(planned(), day("2025-08-20"))
    assert (planned().due_on, planned().promised_on) == (day("2025-08-20"), day("2025-07-31"))


def test_changing_the_day_in_the_form_leaves_the_promise_and_the_owner(buyer, agent):
    visits.plan(NOW)
    form = FollowUpForm(
        {"subject": "Visit", "due_on": "2025-09-01"}, customer=buyer, member=agent, now=NOW, instance=planned()
    )
    assert set(form.fields) & {"owner", "kind"} == set()
    assert form.is_valid() and form.store()
    assert (planned().promised_on, planned().owner) == (day("2025-07-31"), agent)


def test_the_visit_goes_with_the_customer(buyer, manager):
    visits.plan(NOW)
    Customer.objects.update(owner=manager)
    assert visits.plan(NOW) == nothing(given=1)
    assert planned().owner == manager and planned().due_on == day("2025-07-31")


def test_on_leave_it_stays_the_owners_and_the_cover_sees_it(buyer, agent):
    cover = member("cover", "agent")
    today = dt.date.today()
    Leave.objects.create(member=agent, cover=cover, starts_on=today, ends_on=today)
    visits.plan(NOW)
    assert planned().owner == agent
    assert follow_up_edit(cover, planned().pk) == planned() and customers_read(cover).get() == buyer


def test_a_visit_that_is_done_is_followed_by_the_next(buyer, agent):
    visits.plan(NOW)
    follow_ups.complete(planned(), agent, at("2025-07-30"))
    assert visits.plan(at("2025-07-30")) == nothing(planned=1)
    assert planned().due_on == day("2025-09-29")  # 60 days, and a weekend


def test_a_visit_given_up_with_a_reason_skips_one_interval(buyer):
    visits.plan(NOW)
    follow_ups.cancel(planned(), NOW, "They are moving house")
    visits.plan(NOW)
    assert planned().due_on == day("2025-09-29")


@pytest.mark.parametrize("due_on, count", [("2025-07-31", 0), ("2025-08-01", 1)])
def test_a_visit_planned_by_hand_by_then_is_enough(buyer, due_on, count):
    follow_up(buyer, due_on, kind="return_visit")
    assert visits.plan(NOW) == nothing(planned=count)


def test_visits_are_recorded_from_the_first_one_planned(buyer):
    visits.plan(NOW)
    Customer.objects.update(status="closed")
    visits.plan(NOW)
    Customer.objects.update(status="active")
    visits.plan(at("2025-08-01"))
    assert RecordKeeping.objects.get(kind="visits").since == TODAY


def test_where_nothing_is_planned_visits_are_not_recorded():
    visits.plan(NOW)
    assert not RecordKeeping.objects.filter(kind="visits").exists()


def test_its_subject_is_in_the_readers_language(buyer, settings):
    visits.plan(NOW)
    assert planned().title == "Return visit"
    task = follow_up(buyer, "2025-07-09", subject="Return visit")
    assert task.title == task.subject


def test_the_verb_says_what_it_did(buyer, capsys):
    call_command("plan_visits", "--json")
    assert json.loads(capsys.readouterr().out) == nothing(planned=1)


def test_an_interval_is_positive_and_what_an_admin_set_stays():
    VisitInterval.objects.filter(tier="D").update(days=None)
    assert VisitInterval.load_defaults() == 0
    assert VisitInterval.objects.get(tier="D").days is None


def test_it_costs_the_same_for_10_and_for_50(agent, django_assert_max_num_queries):
    visits.plan(NOW)
    for count in (10, 50):
        for _ in range(count):
            customer(owner=agent, tier="A")
        with django_assert_max_num_queries(10):
            assert visits.plan(NOW) == nothing(planned=count)


@pytest.mark.django_db(transaction=True)
def test_two_workers_plan_one_visit(buyer):
    def work() -> None:
        visits.plan(NOW)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert FollowUp.objects.count() == 1
